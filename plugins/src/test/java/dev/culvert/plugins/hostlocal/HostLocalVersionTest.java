// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;

/** What is the same in every version of the specification, or differs by it. */
class HostLocalVersionTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]";
    private static final String TWO_RANGES =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.1.3.0/24\"}]]";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    private static List<String> addresses(CniVersion version, Answer answer) {
        assertThat(answer.exit()).as(answer.output()).isZero();
        return CniResult.decode(answer.json(), version).ips().stream()
                .map(ip -> ip.address().toString())
                .toList();
    }

    private static String requesting(String... addresses) {
        return "\"args\": {\"cni\": {\"ips\": [\"" + String.join("\", \"", addresses) + "\"]}}";
    }

    @ParameterizedTest
    @EnumSource
    void twoNetworksOfOneContainer_areIndependent(CniVersion version) {
        Network other = new Network(dataDir, "db");
        Caller web = Caller.of(network.conf(version.text(), DUAL));
        Caller db = Caller.of(other.conf(version.text(), DUAL));

        assertThat(addresses(version, web.add("c1")))
                .containsExactly("10.1.2.2/24", "2001:db8:1::2/64");
        assertThat(addresses(version, db.add("c1")))
                .containsExactly("10.1.2.2/24", "2001:db8:1::2/64");

        assertThat(web.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
        assertThat(other.leases()).containsOnlyKeys("10.1.2.2", "2001:db8:1::2");
    }

    @ParameterizedTest
    @EnumSource
    void secondAddOfTheSameAttachment_isRefused(CniVersion version) {
        Caller caller = Caller.of(network.conf(version.text(), DUAL));
        caller.add("c1");

        Answer again = caller.add("c1");

        assertThat(again.code()).isEqualTo(108);
        assertThat(again.msg())
                .contains("10.1.2.2 has been allocated to c1, duplicate allocation is not allowed");
        assertThat(network.leases()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void fileOfAnOldVersion_isReleased(CniVersion version) {
        network.put("10.1.2.7", "c1");
        network.put("10.1.2.8", "c2");

        assertThat(Caller.of(network.conf(version.text(), DUAL)).del("c1"))
                .isEqualTo(new Answer(0, ""));

        assertThat(network.leases()).containsOnlyKeys("10.1.2.8");
    }

    @ParameterizedTest
    @EnumSource
    void requestedAddress_isGiven(CniVersion version) {
        Caller caller = Caller.of(network.conf(version.text(), "\"subnet\": \"10.1.2.0/24\""))
                .args("IP=10.1.2.88");

        assertThat(addresses(version, caller.add("c1"))).containsExactly("10.1.2.88/24");
        assertThat(network.leases()).containsOnlyKeys("10.1.2.88");
    }

    @ParameterizedTest
    @EnumSource
    void requestedAddressesOfBothFamilies_areGiven(CniVersion version) {
        Caller caller = Caller.of(
                network.conf(version.text(), DUAL, requesting("10.1.2.88", "2001:db8:1::999")));

        assertThat(addresses(version, caller.add("c1")))
                .containsExactly("10.1.2.88/24", "2001:db8:1::999/64");
        assertThat(network.leases()).containsOnlyKeys("10.1.2.88", "2001:db8:1::999");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"V0_1_0", "V0_2_0"})
    void requestedAddressesOfTwoRangesOfAFamily_areGiven(CniVersion version) {
        Caller caller = Caller.of(
                network.conf(version.text(), TWO_RANGES, requesting("10.1.2.88", "10.1.3.77")));

        assertThat(addresses(version, caller.add("c1")))
                .containsExactly("10.1.2.88/24", "10.1.3.77/24");
    }

    @ParameterizedTest
    @EnumSource(names = {"V0_1_0", "V0_2_0"})
    void twoRangesOfAFamily_areRefusedWhereAResultHasNoPlaceForThem(CniVersion version) {
        Answer answer = Caller.of(network.conf(
                        version.text(), TWO_RANGES, requesting("10.1.2.88", "10.1.3.77")))
                .add("c1");

        assertThat(answer.code()).isEqualTo(7);
        assertThat(answer.msg())
                .isEqualTo("CNI version " + version
                        + " does not support more than 1 address per family");
        assertThat(network.folder()).doesNotExist();
    }
}
