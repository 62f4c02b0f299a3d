// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostLocalAddTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]";
    private static final String SMALL = "\"subnet\": \"10.1.2.0/29\"";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void twoFamilies_leaveExactlyTheFilesOfTheReference(String version) {
        String ipam = DUAL + ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"2001:db8:2::/64\","
                + " \"gw\": \"2001:db8:1::9\"}]";
        Caller caller = Caller.of(network.conf(version, ipam));

        Answer answer = caller.add("c1");

        assertThat(answer.exit()).as(answer.output()).isZero();
        assertThat(answer.output()).contains("10.1.2.2/24", "2001:db8:1::2/64", "10.1.2.1", "2001:db8:1::1",
                "2001:db8:2::/64", "2001:db8:1::9");
        assertThat(network.files()).isEqualTo(Map.of(
                "10.1.2.2", "c1\r\neth0",
                "2001:db8:1::2", "c1\r\neth0",
                "last_reserved_ip.0", "10.1.2.2",
                "last_reserved_ip.1", "2001:db8:1::2",
                "lock", ""));
        assertThat(network.debris()).isEmpty();

        assertThat(caller.del("c1").output()).isEmpty();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void files_haveTheModesOfTheReference() throws Exception {
        network.caller(SMALL).add("c1");

        assertThat(mode(network.folder())).isEqualTo("rwxr-xr-x");
        assertThat(mode(network.folder().resolve("10.1.2.2"))).isEqualTo("rw-------");
        assertThat(mode(network.folder().resolve("last_reserved_ip.0"))).isEqualTo("rw-------");
        assertThat(mode(network.folder().resolve("lock"))).isEqualTo("rwxr-x---");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void missingDataDir_isMadeWithTheFoldersAbove() {
        Network deep = Network.in(dataDir.resolve("a/b"));

        assertThat(deep.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        assertThat(deep.leases()).containsOnlyKeys("10.1.2.2");
    }

    @Test
    void secondAddOfTheSameAttachment_namesTheHolderAndChangesNothing() {
        Caller caller = network.caller(SMALL);
        caller.add("c1");
        Map<String, String> before = network.files();

        Answer answer = caller.add("c1");

        assertThat(answer.code()).isEqualTo(108);
        assertThat(answer.msg()).isEqualTo("failed to allocate for range 0: 10.1.2.2 has been allocated to c1,"
                + " duplicate allocation is not allowed");
        assertThat(answer.details()).contains(network.folder() + "/10.1.2.2", "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0");
        assertThat(network.files()).isEqualTo(before);
    }

    @Test
    void otherInterfaceOfTheSameContainer_getsAnotherAddress() {
        Caller caller = network.caller(SMALL);
        caller.add("c1");

        assertThat(caller.call("ADD", "c1", "eth1").address()).isEqualTo("10.1.2.3/29");
        caller.call("DEL", "c1", "eth1");
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", "c1\r\neth0"));
    }

    @Test
    void twoNetworks_areIndependent() {
        Network other = new Network(dataDir, "db");
        network.caller(SMALL).add("c1");

        assertThat(other.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        network.caller(SMALL).del("c1");
        assertThat(other.leases()).containsOnlyKeys("10.1.2.2");
    }

    @Test
    void exhaustedRange_isReportedWithCounts() {
        Caller caller = network.caller(SMALL);
        for (int i = 2; i <= 6; i++) {
            assertThat(caller.add("c" + i).address()).isEqualTo("10.1.2." + i + "/29");
        }
        Map<String, String> before = network.files();

        Answer answer = caller.add("late");

        assertThat(answer.code()).isEqualTo(100);
        assertThat(answer.msg()).isEqualTo(
                "failed to allocate for range 0: no IP addresses available in range set: 10.1.2.1-10.1.2.6");
        assertThat(answer.details()).contains("5 of 5 addresses", network.folder().toString());
        assertThat(network.files()).isEqualTo(before);
    }

    @Test
    void exhaustedSecondSet_releasesTheFirst() {
        String ipam = "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.9.9.0/30\"}]]";
        Caller caller = network.caller(ipam);
        caller.add("c1");
        Map<String, String> before = network.files();

        Answer answer = caller.add("c2");

        assertThat(answer.msg()).isEqualTo(
                "failed to allocate for range 1: no IP addresses available in range set: 10.9.9.1-10.9.9.2");
        assertThat(network.files()).isEqualTo(before);
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void failedAdd_keepsTheEarlierAddressOfTheSameAttachment() {
        // The earlier address is in no range set any more, so it is no duplicate.
        network.caller("\"subnet\": \"10.7.7.0/29\"").add("c1");
        String ipam = "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.9.9.0/30\"}]]";
        network.caller(ipam).add("other");

        assertThat(network.caller(ipam).add("c1").code()).isEqualTo(100);
        assertThat(network.leases()).containsOnlyKeys("10.7.7.2", "10.1.2.2", "10.9.9.2");
    }

    @Test
    void resolvConf_becomesDns() throws Exception {
        Path resolv = dataDir.resolve("resolv.conf");
        Files.writeString(resolv, "# comment\nnameserver 192.0.2.1\n; other\nsearch a.example b.example\nshort\n"
                + "domain one\ndomain  two\nnameserver\t192.0.2.2\noptions ndots:2\nsearch c.example\n");

        Answer answer = network.caller(SMALL + ", \"resolvConf\": \"" + resolv + "\"").add("c1");

        assertThat(answer.json().object("dns").strings("nameservers")).containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(answer.json().object("dns").string("domain", "")).isEqualTo("two");
        assertThat(answer.json().object("dns").strings("search")).containsExactly("a.example", "b.example", "c.example");
        assertThat(answer.json().object("dns").strings("options")).containsExactly("ndots:2");
    }

    @Test
    void missingResolvConf_isAnErrorBeforeAnythingIsReserved() {
        Answer answer = network.caller(SMALL + ", \"resolvConf\": \"/nowhere/resolv.conf\"").add("c1");

        assertThat(answer.msg()).contains("/nowhere/resolv.conf", "ENOENT");
        assertThat(network.files()).isEmpty();
    }

    @Test
    void fileSystemWithoutLinks_isServedByRenaming() {
        FaultLibc noLinks = new FaultLibc(new FfmLibc()).failAll("link", Errno.EPERM);
        Caller caller = network.caller(DUAL).with(noLinks);
        network.put("10.1.2.2", "other\r\neth0");

        assertThat(caller.add("c1").addresses()).containsExactly("10.1.2.3/24", "2001:db8:1::2/64");
        assertThat(caller.args("IP=10.1.2.2").add("c2").code()).isEqualTo(100);
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", "other\r\neth0", "10.1.2.3", "c1\r\neth0",
                "2001:db8:1::2", "c1\r\neth0"));
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void fileSystemWithoutLinks_andFull_takesTheFirstAddressBack() {
        Caller caller = network.caller(DUAL);
        caller.add("c1");
        FaultLibc counted = new FaultLibc(new FfmLibc()).failAll("link", Errno.EPERM);
        caller.with(counted).add("c2");
        caller.del("c2");
        Map<String, String> before = network.leases();
        for (int nth = 1; nth <= counted.count("write"); nth++) {
            FaultLibc full = new FaultLibc(new FfmLibc()).failAll("link", Errno.EPERM).fail("write", nth, Errno.ENOSPC);

            assertThat(caller.with(full).add("c2").ok()).as("write %d", nth).isFalse();
            assertThat(network.leases()).as("write %d", nth).isEqualTo(before);
            assertThat(network.debris()).as("write %d", nth).isEmpty();
        }
    }

    @Test
    void addressOfATornReservation_isFree() {
        network.put("10.1.2.2", "");

        assertThat(network.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", "c1\r\neth0"));
    }
}
