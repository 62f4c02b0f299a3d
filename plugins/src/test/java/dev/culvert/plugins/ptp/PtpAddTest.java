// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ptp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

/** What ADD of ptp makes and what it answers. */
@InNetns
final class PtpAddTest {
    private static final String[] DUAL_STACK = {
        "10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1"
    };
    private static final String[] DEFAULTS = {"{\"dst\":\"0.0.0.0/0\"}", "{\"dst\":\"::/0\"}"};

    private final TestNetwork ptp = TestNetwork.ptp("wire");
    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
    }

    @AfterEach
    void close() {
        // The host's end goes with its peer.
        pod.close();
        assertThat(host.links()).isEmpty();
    }

    @Test
    void container_reachesItsGatewayAndTheHostItsContainer() throws Exception {
        ptp.withIps(DUAL_STACK).withRoutes(DEFAULTS).add(pod);

        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        assertThat(pod.netns().ping("fd00:1::1")).isTrue();
        assertThat(host.witness()
                        .tryRun("ping", "-n", "-c", "1", "-W", "1", "10.1.0.2")
                        .code())
                .isZero();
        assertThat(host.witness()
                        .tryRun("ping", "-n", "-c", "1", "-W", "1", "fd00:1::2")
                        .code())
                .isZero();
        ptp.del(pod);
    }

    @Test
    void containersOfOneSubnet_reachEachOtherThroughTheHost() throws Exception {
        TestNetwork network = ptp.withIps(DUAL_STACK);
        try (Pod other = Pod.open("b")) {
            network.add(pod);
            network.withIps("10.1.0.3/24 via 10.1.0.1", "fd00:1::3/64 via fd00:1::1")
                    .add(other);

            assertThat(pod.reaches(other, "10.1.0.3")).isTrue();
            assertThat(other.reaches(pod, "fd00:1::2")).isTrue();
            network.del(pod);
            network.del(other);
        }
    }

    @Test
    void bothSides_haveHostRoutesInsteadOfASubnet() {
        ptp.withIps(DUAL_STACK).withRoutes(DEFAULTS).add(pod);
        String hostEnd = ptp.hostLink(pod);

        assertThat(host.addresses(hostEnd)).containsExactly("10.1.0.1/32", "fd00:1::1/128");
        assertThat(host.routes())
                .contains("10.1.0.2 dev " + hostEnd + " scope link")
                .anyMatch(route -> route.startsWith("fd00:1::2 dev " + hostEnd));
        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.2/24", "fd00:1::2/64");
        assertThat(pod.ip().routes())
                .contains(
                        "default via 10.1.0.1 dev eth0",
                        "10.1.0.0/24 via 10.1.0.1 dev eth0 src 10.1.0.2",
                        "10.1.0.1 dev eth0 scope link src 10.1.0.2")
                .anyMatch(route -> route.startsWith("default via fd00:1::1 dev eth0"))
                .anyMatch(route ->
                        route.startsWith("fd00:1::/64 via fd00:1::1 dev eth0 src fd00:1::2"))
                .anyMatch(route -> route.startsWith("fd00:1::1 dev eth0 src fd00:1::2"))
                .hasSize(6);
        ptp.del(pod);
    }

    @Test
    void result_hasTheHostEndAndTheContainerEnd() {
        TestNetwork network = ptp.with("mtu", "1400").withIps(DUAL_STACK);

        Attached attached = network.add(pod);

        assertThat(attached.result().interfaces())
                .containsExactly(
                        CniInterface.onHost(
                                        network.hostLink(pod),
                                        host.link(network.hostLink(pod)).text("address"))
                                .withMtuBytes(1400),
                        CniInterface.inSandbox(
                                        "eth0", pod.ip().link("eth0").text("address"), pod.path())
                                .withMtuBytes(1400));
        assertThat(attached.result().ips())
                .allMatch(ip -> ip.interfaceIndex().orElse(-1) == 1)
                .hasSize(2);
        network.del(pod);
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void everyVersion_attachesBothFamiliesChecksAndDetaches(CniVersion version) {
        TestNetwork network =
                ptp.withVersion(version.text()).withIps(DUAL_STACK).withRoutes(DEFAULTS);

        Attached attached = network.add(pod);

        assertThat(attached.text())
                .contains("\"cniVersion\": \"" + version + "\"", "10.1.0.2/24", "fd00:1::2/64");
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        if (version.isAtLeast(CniVersion.V0_4_0)) {
            assertThat(network.withResult(attached).call("CHECK", pod).output()).isEmpty();
        }
        network.withResult(attached).del(pod);
        assertThat(host.links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void forwarding_isSwitchedOnForTheFamiliesInUse() {
        host.sysctl("net/ipv4/ip_forward", "0");
        host.sysctl("net/ipv6/conf/all/forwarding", "0");

        ptp.withIps("10.1.0.2/24 via 10.1.0.1").add(pod);

        assertThat(host.sysctl("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(host.sysctl("net/ipv6/conf/all/forwarding")).isEqualTo("0");
        ptp.del(pod);
    }

    @Test
    void firstExchangeRightAfterAdd_losesNoPacket() throws Exception {
        try (var server = pod.netns().openTcpEcho(7007);
                Pod other = Pod.open("b")) {
            TestNetwork network = ptp.withIps(DUAL_STACK);
            for (String[] exchange : new String[][] {
                {"10.1.0.2", "10.1.0.3/24 via 10.1.0.1"},
                {"fd00:1::2", "fd00:1::3/64 via fd00:1::1"}
            }) {
                network.add(pod);
                network.withIps(exchange[1]).add(other);

                Duration took = other.netns().tcpExchange(exchange[0], 7007, Duration.ofSeconds(3));

                assertThat(took).isLessThan(Duration.ofMillis(500));
                network.del(pod);
                network.del(other);
            }
            assertThat(server.peers()).hasSize(2);
        }
    }

    @Test
    void routeThroughAnotherGatewayOfTheSubnet_goesThroughTheHost() {
        ptp.withIps("10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.7\",\"mtu\":1400,\"priority\":9}",
                        "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::7\"}",
                        "{\"dst\":\"10.8.0.0/16\"}")
                .add(pod);

        assertThat(pod.ip().routes())
                .contains(
                        "10.9.0.0/16 via 10.1.0.7 dev eth0 metric 9 onlink mtu 1400",
                        "10.8.0.0/16 via 10.1.0.1 dev eth0")
                .anyMatch(route -> route.startsWith("fd00:9::/64 via fd00:1::7 dev eth0"));
        ptp.del(pod);
    }

    @ParameterizedTest
    @CsvSource({"10.9.0.0/16, 192.0.2.7", "0.0.0.0/0, 192.0.2.7", "fd00:9::/64, fd00:2::7"})
    void routeThroughAGatewayOutsideTheSubnets_isRefused(String destination, String gateway) {
        for (String style : new String[] {"address", "proxyArp"}) {
            TestNetwork network = ptp.with("gatewayStyle", "\"" + style + "\"")
                    .withIps("10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1")
                    .withRoutes("{\"dst\":\"" + destination + "\",\"gw\":\"" + gateway + "\"}");

            Refusal refusal = network.refused("ADD", pod);

            assertThat(refusal.code()).isEqualTo(7);
            assertThat(refusal.msg()).contains("add route ", gateway);
            assertThat(pod.ip().links()).isEmpty();
            assertThat(network.ipam().leases()).isEmpty();
        }
    }

    @Test
    void addressWithoutGateway_isRefusedAndTheLeaseGivenBack() {
        TestNetwork network = ptp.withIps("10.1.0.2/24");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg())
                .isEqualTo("ipam: address 10.1.0.2/24 comes without a gateway, ptp needs one");
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void ipamWithoutAddresses_isRefusedAndTheLeaseGivenBack() {
        TestNetwork network = ptp.withIps();

        assertThat(network.refused("ADD", pod).msg())
                .isEqualTo("IPAM plugin returned missing IP config");
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void addFailingLate_givesTheLeaseBackAndLeavesNothing() {
        TestNetwork network = ptp.withIps(DUAL_STACK)
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\",\"mtu\":70000}",
                        "{\"dst\":\"fd00:9::/64\",\"gw\":\"ff02::1\"}");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("add route fd00:9::/64 via ff02::1");
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.links()).isEmpty();
        assertThat(pod.ip().links()).isEmpty();
    }

    @Test
    void mtuAuto_isThatOfTheWayOut() {
        host.batch(
                "link add up0 mtu 1337 type veth peer name up1\nlink set up0 up\nlink set up1 up\n"
                        + "addr add 192.0.2.1/24 dev up0\nroute add default via 192.0.2.254\n");
        TestNetwork network = ptp.with("mtu", "\"auto\"").withIps(DUAL_STACK);

        network.add(pod);

        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1337");
        assertThat(host.link(network.hostLink(pod)).text("mtu")).isEqualTo("1337");
        network.del(pod);
        host.run("link del up0");
    }

    @Test
    void mtuBelowWhatIpv6Needs_isRefusedBeforeAnythingIsMade() {
        TestNetwork network = ptp.with("mtu", "1279").withIps(DUAL_STACK);

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("mtu: 1279").contains("1280", "IPv6");
        assertThat(host.links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
        network.with("mtu", "1280").add(pod);
        network.del(pod);
    }

    @Test
    void severalAddressesOfAFamily_haveTheirGatewaysAndRoutes() throws Exception {
        TestNetwork network = ptp.withIps(
                        "10.1.0.2/24 via 10.1.0.1",
                        "10.1.0.3/24 via 10.1.0.1",
                        "10.2.0.2/24 via 10.2.0.1",
                        "fd00:1::2/64 via fd00:1::1",
                        "fd00:2::2/64 via fd00:2::1")
                .withRoutes(DEFAULTS);

        Attached attached = network.add(pod);

        String hostEnd = network.hostLink(pod);
        assertThat(host.addresses(hostEnd))
                .containsExactlyInAnyOrder(
                        "10.1.0.1/32", "10.2.0.1/32", "fd00:1::1/128", "fd00:2::1/128");
        assertThat(host.routes())
                .contains(
                        "10.1.0.2 dev " + hostEnd + " scope link",
                        "10.1.0.3 dev " + hostEnd + " scope link",
                        "10.2.0.2 dev " + hostEnd + " scope link");
        assertThat(pod.ip().routes())
                .contains("10.2.0.0/24 via 10.2.0.1 dev eth0 src 10.2.0.2")
                .containsOnlyOnce("default via 10.1.0.1 dev eth0");
        for (String gateway : new String[] {"10.1.0.1", "10.2.0.1", "fd00:1::1", "fd00:2::1"}) {
            assertThat(pod.netns().ping(gateway)).as(gateway).isTrue();
        }
        assertThat(host.witness()
                        .tryRun("ping", "-n", "-c", "1", "-W", "1", "10.1.0.3")
                        .code())
                .isZero();
        assertThat(network.withResult(attached).call("CHECK", pod).output()).isEmpty();
        network.del(pod);
    }

    @Test
    void twoAttachmentsOfAContainer_areApart() throws Exception {
        TestNetwork first = ptp.withIps(DUAL_STACK).with("ipMasq", "true");
        TestNetwork second =
                first.withIps("10.1.0.3/24 via 10.1.0.1", "fd00:1::3/64 via fd00:1::1");
        Attached one = first.add(pod);
        Attached two = second.add(pod.as("eth1"));

        assertThat(first.withResult(one).call("CHECK", pod).output()).isEmpty();
        assertThat(second.withResult(two).call("CHECK", pod.as("eth1")).output())
                .isEmpty();
        first.withResult(one).del(pod);
        assertThat(second.withResult(two).call("CHECK", pod.as("eth1")).output())
                .isEmpty();
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        second.del(pod.as("eth1"));
        assertThat(host.witness().run("nft", "list", "ruleset"))
                .doesNotContain("veth", "10.1.0.2", "10.1.0.3");
        host.witness().run("nft", "flush", "ruleset");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gatewayStyle  | \"bgp\"          | gatewayStyle: \"bgp\" is neither",
                "ipMasqBackend | \"iptables\"     | ipMasqBackend:",
                "mtu           | 67               | mtu: 67",
                "ipam          | {}               | ipam.type: missing"
            })
    void impossibleValue_isRefusedByItsKey(String key, String json, String message) {
        Refusal refusal = ptp.withIps(DUAL_STACK).with(key, json).refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith(message);
    }

    @Test
    void dns_isTheIpamsUnlessTheConfigurationGivesAny() {
        TestNetwork network =
                ptp.withIps(DUAL_STACK).withIpam("dns", "{\"nameservers\":[\"10.0.0.53\"]}");

        assertThat(dns(network))
                .isEqualTo("CniDns[nameservers=[10.0.0.53], domain=, search=[], options=[]]");
        assertThat(dns(network.with(
                        "dns", "{\"nameservers\":[\"10.0.0.54\"],\"search\":[\"lan\"]}")))
                .isEqualTo("CniDns[nameservers=[10.0.0.54], domain=, search=[lan], options=[]]");
        assertThat(dns(network.with("dns", "{\"nameservers\":[]}")))
                .isEqualTo("CniDns[nameservers=[], domain=, search=[], options=[]]");
    }

    private String dns(TestNetwork network) {
        Attached attached = network.add(pod);
        network.del(pod);
        return attached.result().dns().toString();
    }
}
