// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ptp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** The gateway style where every container has the same link-local gateway and its bare address. */
@InNetns
final class PtpProxyArpTest {
    private final TestNetwork ptp = TestNetwork.ptp("wire")
            .with("gatewayStyle", "\"proxyArp\"")
            .withIps("10.1.0.2/24", "fd00:1::2/64");
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

    @Test
    void container_hasItsBareAddressAndALinkLocalGateway() {
        Attached attached = ptp.add(pod);

        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.2/32", "fd00:1::2/128");
        assertThat(pod.ip().routes())
                .contains(
                        "default via 169.254.1.1 dev eth0",
                        "169.254.1.1 dev eth0 scope link src 10.1.0.2")
                .anyMatch(route -> route.startsWith("default via fe80::1 dev eth0"));
        assertThat(host.addresses(ptp.hostLink(pod))).containsExactly("fe80::1/128");
        assertThat(host.sysctl("net/ipv4/conf/" + ptp.hostLink(pod) + "/proxy_arp"))
                .isEqualTo("1");
        assertThat(host.sysctl("net/ipv4/neigh/" + ptp.hostLink(pod) + "/proxy_delay"))
                .isEqualTo("0");
        assertThat(attached.result().ips())
                .extracting(ip -> ip.address() + " " + ip.gateway().orElseThrow())
                .containsExactly("10.1.0.2/32 169.254.1.1", "fd00:1::2/128 fe80::1");
        ptp.del(pod);
    }

    @Test
    void containers_reachEachOtherAtOnceOverAHostWithoutDefaultRoute() throws Exception {
        assertThat(host.routes()).isEmpty();
        try (Pod other = Pod.open("b");
                var server = other.netns().openTcpEcho(7007)) {
            ptp.add(pod);
            ptp.withIps("10.1.0.3/24", "fd00:1::3/64").add(other);

            for (String address : new String[] {"10.1.0.3", "fd00:1::3"}) {
                assertThat(pod.netns().tcpExchange(address, 7007, Duration.ofSeconds(3)))
                        .isLessThan(Duration.ofMillis(500));
                assertThat(pod.netns().ping(address)).isTrue();
            }
            assertThat(server.peers()).hasSize(2);
            ptp.del(pod);
            ptp.del(other);
        }
    }

    @Test
    void hostWithAnAddress_reachesItsContainerAndIsReached() {
        host.run("addr add 192.0.2.1/32 dev lo");
        host.run("addr add fd00:ff::1/128 dev lo");
        ptp.add(pod);

        assertThat(pod.netns().ping("192.0.2.1")).isTrue();
        assertThat(pod.netns().ping("fd00:ff::1")).isTrue();
        assertThat(host.witness()
                        .tryRun("ping", "-n", "-c", "1", "-W", "1", "10.1.0.2")
                        .code())
                .isZero();
        ptp.del(pod);
    }

    @Test
    void gatewayThatWasForgottenByTheContainer_isAnsweredForByTheHostAtOnce() {
        host.run("addr add 192.0.2.1/32 dev lo");
        host.run("route add default dev lo");
        ptp.add(pod);
        pod.ip().run("neigh del 169.254.1.1 dev eth0");

        long start = System.nanoTime();
        assertThat(pod.netns().ping("192.0.2.1")).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
        ptp.del(pod);
    }

    @Test
    void routesOfIpam_goThroughTheLinkLocalGateway() {
        Attached attached = ptp.withRoutes(
                        "{\"dst\":\"0.0.0.0/0\"}",
                        "{\"dst\":\"10.9.0.0/16\"}",
                        "{\"dst\":\"0.0.0.0/0\",\"table\":100}")
                .add(pod);

        assertThat(pod.ip().routes())
                .containsOnlyOnce("default via 169.254.1.1 dev eth0")
                .contains("10.9.0.0/16 via 169.254.1.1 dev eth0");
        assertThat(pod.ip().run("route show table 100"))
                .contains("default via 169.254.1.1 dev eth0");
        assertThat(ptp.withResult(attached).call("CHECK", pod).output()).isEmpty();
        ptp.del(pod);
    }

    @Test
    void ipv4Alone_needsNoIpv6() {
        ptp.withIps("10.1.0.2/24").add(pod);

        assertThat(host.addresses(ptp.hostLink(pod))).isEmpty();
        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.2/32");
        ptp.del(pod);
    }

    @Test
    void ipv6Alone_needsNoIpv4() {
        ptp.withIps("fd00:1::2/64").add(pod);

        assertThat(host.sysctl("net/ipv4/conf/" + ptp.hostLink(pod) + "/proxy_arp"))
                .isEqualTo("0");
        assertThat(pod.netns().ping("fe80::1%eth0")).isTrue();
        ptp.del(pod);
    }
}
