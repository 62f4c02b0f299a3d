// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/** The pair of ptp: settings, sizes and routes that a configuration has to get right only once. */
@InNetns(mayLeave = true)
final class PtpLinkTest {
    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
    }

    @AfterEach
    void close() {
        pod.close();
    }

    /**
     * CVE-2020-10749: a link that is up before the setting may have heard an advertisement already.
     */
    @ParameterizedTest
    @EnumSource(names = {"PTP", "PTP_PROXY_ARP"})
    void routerAdvertisements_areSwitchedOffBeforeTheHostsEndIsUp(Kind kind) {
        host.sysctl("net/ipv6/conf/default/accept_ra", "2");
        TestNetwork network = kind.network("net");
        String setting = network.hostLink(pod) + "/accept_ra";
        FaultLibc undisturbed = new FaultLibc(new FfmLibc());
        network.over(undisturbed.libc()).add(pod);
        assertThat(host.sysctl("net/ipv6/conf/" + setting)).isEqualTo("0");
        int switchOff = undisturbed.calls().stream()
                .filter(call -> call.arguments().contains(setting))
                .findFirst()
                .orElseThrow()
                .number();
        network.del(pod);
        FaultLibc killed = new FaultLibc(new FfmLibc()).killAt(switchOff);

        catchThrowableOfType(
                FaultLibc.Killed.class, () -> network.over(killed.libc()).call("ADD", pod));

        assertThat(host.hasLink(network.hostLink(pod))).isTrue();
        assertThat(host.link(network.hostLink(pod)).has("UP")).isFalse();
        network.del(pod);
        assertThat(host.links()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1337, 1337", "0, 1500"})
    void mtuAuto_isThatOfTheWayOut_orTheKernelsDefault(int wayOut, String mtu) {
        if (wayOut > 0) {
            host.batch("link add up0 mtu " + wayOut
                    + " type veth peer name up1\nlink set up0 up\nlink set up1 up\n"
                    + "addr add 192.0.2.1/24 dev up0\nroute add default via 192.0.2.254\n");
        }
        TestNetwork network = Kind.PTP.network("net").with("mtu", "\"auto\"");

        network.add(pod);

        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo(mtu);
        assertThat(host.link(network.hostLink(pod)).text("mtu")).isEqualTo(mtu);
    }

    @Test
    void identicalRouteTwice_isThereOnce() {
        Kind.PTP
                .network("net")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\"}",
                        "{\"dst\":\"10.9.0.0/16\"}",
                        "{\"dst\":\"fd00:9::/64\"}",
                        "{\"dst\":\"fd00:9::/64\"}")
                .add(pod);

        List<String> routes = pod.ip().routes();
        assertThat(routes)
                .containsOnlyOnce("10.9.0.0/16 via 10.1.0.1 dev eth0")
                .filteredOn(route -> route.startsWith("fd00:9::/64"))
                .hasSize(1);
    }
}
