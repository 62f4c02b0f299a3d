// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniRoute;
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

import java.util.List;

/** Gateways, routes with their attributes, MTU and resolver settings. */
@InNetns(mayLeave = true)
final class BridgeRouteTest {
    private final TestNetwork plain = TestNetwork.bridge("web").with("bridge", "\"br0\"");
    private final TestNetwork web = plain.with("isGateway", "true");
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

    private List<String> routes(TestNetwork network) {
        network.add(pod);
        return pod.ip().routes();
    }

    @Test
    void gatewayOfIpam_winsOverTheFirstAddress() {
        web.withIps("10.1.0.2/24 via 10.1.0.254").add(pod);

        assertThat(host.addresses("br0")).containsExactly("10.1.0.254/24");
    }

    @Test
    void withoutIsGateway_theBridgeHasNoAddressAndTheHostForwardsAsBefore() {
        host.sysctl("net/ipv4/ip_forward", "0");

        Attached attached = plain.withIps("10.1.0.2/24")
                .withRoutes("{\"dst\":\"0.0.0.0/0\"}")
                .add(pod);

        assertThat(host.addresses("br0")).isEmpty();
        assertThat(host.sysctl("net/ipv4/ip_forward")).isEqualTo("0");
        assertThat(attached.result().ips().getFirst().gateway()).isEmpty();
        assertThat(pod.ip().routes()).contains("default dev eth0");
    }

    @Test
    void gateways_switchForwardingOnForTheirFamilyOnly() {
        host.sysctl("net/ipv4/ip_forward", "0");
        host.sysctl("net/ipv6/conf/all/forwarding", "0");

        web.withIps("fd00:1::2/64").add(pod);

        assertThat(host.sysctl("net/ipv4/ip_forward")).isEqualTo("0");
        assertThat(host.sysctl("net/ipv6/conf/all/forwarding")).isEqualTo("1");
    }

    @Test
    void defaultRouteOfIpamWithoutGateway_isNotAddedTwice() {
        Attached attached = web.with("isDefaultGateway", "true")
                .withIps("10.1.0.2/24")
                .withRoutes("{\"dst\":\"0.0.0.0/0\"}")
                .add(pod);

        assertThat(attached.result().routes()).hasSize(1);
        assertThat(pod.ip().routes()).containsOnlyOnce("default via 10.1.0.1 dev eth0");
    }

    /**
     * Tables 0 and 254 are the main table, whose default route is the one that isDefaultGateway is
     * about.
     */
    @ParameterizedTest
    @CsvSource({"0,1", "254,1", "100,2"})
    void defaultRouteOfIpamWithATable_countsIfThatIsTheMainOne(String table, int routes) {
        Attached attached = web.with("isDefaultGateway", "true")
                .withIps("10.1.0.2/24")
                .withRoutes("{\"dst\":\"0.0.0.0/0\",\"table\":" + table + "}")
                .add(pod);

        assertThat(attached.result().routes()).hasSize(routes);
        assertThat(pod.ip().routes()).containsOnlyOnce("default via 10.1.0.1 dev eth0");
    }

    @Test
    void isDefaultGatewayWithTwoGatewaysOfAFamily_addsOneRouteForEachFamily() {
        Attached attached = web.with("isDefaultGateway", "true")
                .withIps(
                        "10.1.0.2/24 via 10.1.0.1",
                        "10.2.0.2/24 via 10.2.0.1",
                        "fd00:1::2/64",
                        "fd00:2::2/64")
                .add(pod);

        assertThat(attached.result().routes())
                .extracting(route -> route.destination() + " " + route.gateway().orElseThrow())
                .containsExactly("0.0.0.0/0 10.1.0.1", "::/0 fd00:1::1");
        assertThat(pod.ip().routes())
                .filteredOn(route -> route.startsWith("default"))
                .hasSize(2);
    }

    @Test
    void dnsOfALayer2Network_isTheConfigurations() {
        assertThat(dns(plain.with("dns", "{\"nameservers\":[\"10.0.0.53\"],\"search\":[\"lan\"]}")))
                .isEqualTo("CniDns[nameservers=[10.0.0.53], domain=, search=[lan], options=[]]");
    }

    @Test
    void defaultRouteOfIpamThroughAnotherGateway_isTheOnlyOne() {
        assertThat(routes(web.with("isDefaultGateway", "true")
                        .withIps("10.1.0.2/24")
                        .withRoutes("{\"dst\":\"0.0.0.0/0\",\"gw\":\"10.1.0.7\"}")))
                .contains("default via 10.1.0.7 dev eth0")
                .doesNotContain("default via 10.1.0.1 dev eth0");
    }

    @Test
    void defaultRouteOfOneFamily_leavesTheOtherFamilyItsOwn() {
        List<String> routes = routes(web.with("isDefaultGateway", "true")
                .withIps("10.1.0.2/24", "fd00:1::2/64")
                .withRoutes("{\"dst\":\"0.0.0.0/0\"}"));

        assertThat(routes)
                .contains("default via 10.1.0.1 dev eth0")
                .anyMatch(route -> route.startsWith("default via fd00:1::1 dev eth0"));
    }

    @Test
    void routeAttributes_reachTheKernel() {
        Attached attached = web.withIps("10.1.0.2/24", "fd00:1::2/64")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.7\",\"mtu\":1400,\"advmss\":1360,\"priority\":77}",
                        "{\"dst\":\"10.8.0.0/16\",\"scope\":253}",
                        "{\"dst\":\"fd00:9::/64\",\"mtu\":1380,\"advmss\":1300,\"priority\":5}")
                .add(pod);

        assertThat(pod.ip().routes())
                .contains("10.9.0.0/16 via 10.1.0.7 dev eth0 metric 77 mtu 1400 advmss 1360")
                .anyMatch(route -> route.matches("10.8.0.0/16 .*dev eth0 scope link"))
                .anyMatch(route -> route.matches(
                        "fd00:9::/64 via fd00:1::1 dev eth0 metric 5 mtu 1380 advmss 1300.*"));
        assertThat(attached.result().routes())
                .extracting(CniRoute::priority)
                .containsExactly(77L, 0L, 5L);
    }

    @Test
    void routesInOtherTables_standThereAndNotInTheMainOne() {
        web.withIps("10.1.0.2/24", "fd00:1::2/64")
                .withRoutes(
                        "{\"dst\":\"0.0.0.0/0\",\"table\":100}",
                                "{\"dst\":\"10.9.0.0/16\",\"table\":70000}",
                        "{\"dst\":\"::/0\",\"table\":100}", "{\"dst\":\"10.7.0.0/16\",\"table\":0}")
                .add(pod);

        assertThat(pod.ip().run("route show table 100")).contains("default via 10.1.0.1 dev eth0");
        assertThat(pod.ip().run("route show table 70000"))
                .contains("10.9.0.0/16 via 10.1.0.1 dev eth0");
        assertThat(pod.ip().run("-6 route show table 100"))
                .contains("default via fd00:1::1 dev eth0");
        assertThat(pod.ip().routes())
                .contains("10.7.0.0/16 via 10.1.0.1 dev eth0")
                .noneMatch(route -> route.startsWith("default"));
    }

    @Test
    void identicalRouteTwice_isThereOnce() {
        List<String> routes = routes(web.withIps("10.1.0.2/24", "fd00:1::2/64")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\"}", "{\"dst\":\"10.9.0.0/16\"}",
                        "{\"dst\":\"fd00:9::/64\"}", "{\"dst\":\"fd00:9::/64\"}"));

        assertThat(routes)
                .containsOnlyOnce("10.9.0.0/16 via 10.1.0.1 dev eth0")
                .filteredOn(route -> route.startsWith("fd00:9::/64"))
                .hasSize(1);
    }

    @Test
    void equalRoutesThroughTwoGateways_areBothKept() {
        List<String> routes = routes(web.withIps("10.1.0.2/24", "fd00:1::2/64")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.7\"}",
                                "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.8\"}",
                        "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::7\"}",
                                "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::8\"}"));

        assertThat(routes)
                .contains("10.9.0.0/16 via 10.1.0.7 dev eth0", "10.9.0.0/16 via 10.1.0.8 dev eth0");
        assertThat(String.join("\n", routes)).contains("via fd00:1::7", "via fd00:1::8");
    }

    @Test
    void mtu_isThatOfTheBridgeAndBothEnds() {
        web.with("mtu", "1400").withIps("10.1.0.2/24").add(pod);

        assertThat(host.link("br0").text("mtu")).isEqualTo("1400");
        assertThat(host.link(web.hostLink(pod)).text("mtu")).isEqualTo("1400");
        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1400");
    }

    @Test
    void mtuAuto_isThatOfTheWayOut() {
        host.batch(
                "link add up0 mtu 1337 type veth peer name up1\nlink set up0 up\nlink set up1 up\n"
                        + "addr add 192.0.2.1/24 dev up0\nroute add default via 192.0.2.254 metric 50\n"
                        + "link add up2 mtu 1444 type veth peer name up3\nlink set up2 up\nlink set up3 up\n"
                        + "addr add 198.51.100.1/24 dev up2\nroute add default via 198.51.100.254 metric 60\n");

        web.with("mtu", "\"auto\"").withIps("10.1.0.2/24").add(pod);

        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1337");
        assertThat(host.link("br0").text("mtu")).isEqualTo("1337");
    }

    @Test
    void mtuAutoWithSeveralEqualWaysOut_isThatOfTheFirst() {
        host.batch(
                "link add up0 mtu 1337 type veth peer name up1\nlink set up0 up\nlink set up1 up\n"
                        + "addr add 192.0.2.1/24 dev up0\nroute add default nexthop via 192.0.2.7 nexthop via 192.0.2.8\n");

        web.with("mtu", "\"auto\"").withIps("10.1.0.2/24").add(pod);

        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1337");
    }

    @Test
    void mtuAutoWithoutAWayOut_isTheKernelsDefault() {
        web.with("mtu", "\"auto\"").withIps("10.1.0.2/24").add(pod);

        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1500");
    }

    @Test
    void mtuBelowWhatIpv6Needs_isRefusedAndLeavesTheBridgeAlone() {
        TestNetwork network = web.with("mtu", "1200").withIps("10.1.0.2/24", "fd00:1::2/64");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("mtu: 1200").contains("1280", "IPv6");
        assertThat(host.links()).containsExactly("br0");
        assertThat(network.ipam().leases()).isEmpty();
        web.with("mtu", "1200").withIps("10.1.0.2/24").add(pod);
    }

    @Test
    void mtuBelowWhatIpv6Needs_leavesTheBridgesAddresses() {
        web.withIps("10.1.0.2/24", "fd00:1::2/64").add(pod);

        try (Pod other = Pod.open("b")) {
            Refusal refusal = web.with("mtu", "1279").withIps("10.1.0.3/24").refused("ADD", other);

            assertThat(refusal.code()).isEqualTo(101);
            assertThat(refusal.msg()).contains("br0 has fd00:1::1/64", "1280", "1279");
        }
        assertThat(host.addresses("br0")).contains("fd00:1::1/64");
    }

    @Test
    void dnsOfIpam_standsUnlessTheConfigurationGivesAny() {
        TestNetwork network =
                web.withIps("10.1.0.2/24").withIpam("dns", "{\"nameservers\":[\"10.0.0.53\"]}");
        String ipam = "CniDns[nameservers=[10.0.0.53], domain=, search=[], options=[]]";

        assertThat(dns(network)).isEqualTo(ipam);
        assertThat(dns(network.with("dns", "{}"))).isEqualTo(ipam);
        assertThat(dns(network.with("dns", "{\"search\":[\"lan\"]}")))
                .isEqualTo("CniDns[nameservers=[], domain=, search=[lan], options=[]]");
        assertThat(dns(network.with("dns", "{\"domain\":\"lan\"}")))
                .contains("domain=lan")
                .doesNotContain("10.0.0.53");
        assertThat(dns(network.with("dns", "{\"options\":[]}"))).doesNotContain("10.0.0.53");
    }

    private String dns(TestNetwork network) {
        Attached attached = network.add(pod);
        network.del(pod);
        return attached.result().dns().toString();
    }
}
