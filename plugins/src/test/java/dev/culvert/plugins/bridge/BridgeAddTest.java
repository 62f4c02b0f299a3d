// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** What ADD makes and what it answers. */
@InNetns(mayLeave = true)
final class BridgeAddTest {
    private static final String[] DUAL_STACK = {"10.1.0.2/24", "fd00:1::2/64"};

    private final TestNetwork layer2 = TestNetwork.bridge("web").with("bridge", "\"br-web\"");
    private final TestNetwork web = layer2.with("isDefaultGateway", "true");
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
    void twoContainers_reachEachOtherAndTheGatewayOverBothFamilies() throws Exception {
        try (Pod other = Pod.open("b")) {
            web.withIps(DUAL_STACK).add(pod);
            web.withIps("10.1.0.3/24", "fd00:1::3/64").add(other);

            assertThat(pod.reaches(other, "10.1.0.3")).isTrue();
            assertThat(other.reaches(pod, "fd00:1::2")).isTrue();
            assertThat(pod.netns().ping("10.1.0.1")).isTrue();
            assertThat(pod.netns().ping("fd00:1::1")).isTrue();
        }
    }

    /**
     * A packet that is forwarded into a bridge makes the host ask on it, which needs a settled
     * link-local address.
     */
    @Test
    void containerOnAnotherBridge_isReachedAtOnce() throws Exception {
        TestNetwork second = web.with("bridge", "\"br-db\"");
        try (Pod other = Pod.open("b");
                EchoServer server = other.netns().openTcpEcho(7007)) {
            web.withIps(DUAL_STACK).add(pod);
            second.withIps("10.2.0.2/24", "fd00:2::2/64").add(other);

            for (String address : List.of("10.2.0.2", "fd00:2::2")) {
                assertThat(pod.netns().tcpExchange(address, 7007, Duration.ofSeconds(3)))
                        .isLessThan(Duration.ofMillis(500));
            }
            assertThat(server.peers()).hasSize(2);
        }
    }

    @Test
    void links_areTheBridgeAndItsPort() {
        web.withIps(DUAL_STACK).add(pod);

        assertThat(host.links()).containsExactlyInAnyOrder("br-web", web.hostLink(pod));
        assertThat(host.link("br-web").text("linkinfo", "info_kind")).isEqualTo("bridge");
        assertThat(host.link("br-web").text("linkinfo", "info_data", "vlan_filtering"))
                .isEqualTo("0");
        assertThat(host.link("br-web").has("PROMISC")).isFalse();
        assertThat(host.link(web.hostLink(pod)).text("master")).isEqualTo("br-web");
        assertThat(host.addresses("br-web")).containsExactly("10.1.0.1/24", "fd00:1::1/64");
    }

    @Test
    void container_hasAddressesAndDefaultRoutesThroughTheGateways() {
        web.withIps(DUAL_STACK).add(pod);

        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.2/24", "fd00:1::2/64");
        assertThat(pod.ip().routes())
                .contains("default via 10.1.0.1 dev eth0")
                .anyMatch(route -> route.startsWith("default via fd00:1::1 dev eth0"));
        assertThat(pod.ip().link("eth0").has("UP")).isTrue();
    }

    @Test
    void result_listsBridgeHostEndAndContainerEndAsTheKernelHasThem() {
        Attached attached = web.with("mtu", "1400").withIps(DUAL_STACK).add(pod);

        List<CniInterface> interfaces = attached.result().interfaces();
        assertThat(interfaces)
                .containsExactly(
                        CniInterface.onHost("br-web", host.link("br-web").text("address"))
                                .withMtuBytes(1400),
                        CniInterface.onHost(
                                        web.hostLink(pod),
                                        host.link(web.hostLink(pod)).text("address"))
                                .withMtuBytes(1400),
                        CniInterface.inSandbox(
                                        "eth0", pod.ip().link("eth0").text("address"), pod.path())
                                .withMtuBytes(1400));
        assertThat(interfaces)
                .extracting(CniInterface::mac)
                .doesNotHaveDuplicates()
                .allMatch(mac -> mac.length() == 17);
        assertThat(attached.result().ips())
                .extracting(CniIp::toString)
                .containsExactly(
                        "CniIp[address=10.1.0.2/24, gateway=Optional[10.1.0.1], interfaceIndex=OptionalInt[2]]",
                        "CniIp[address=fd00:1::2/64, gateway=Optional[fd00:1::1], interfaceIndex=OptionalInt[2]]");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void everyVersion_attachesBothFamiliesAndDetaches(CniVersion version) {
        TestNetwork network = web.withVersion(version.text()).withIps(DUAL_STACK);

        Attached attached = network.add(pod);

        assertThat(attached.text())
                .contains("\"cniVersion\": \"" + version + "\"", "10.1.0.2/24", "fd00:1::2/64");
        assertThat(attached.text().contains("\"mtu\""))
                .isEqualTo(version.isAtLeast(CniVersion.V1_1_0));
        network.withResult(attached).del(pod);
        assertThat(host.links()).containsExactly("br-web");
        assertThat(network.ipam().leases()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void everyVersion_attachesInLayer2UnlessItCannotSaySo(CniVersion version) {
        TestNetwork network = layer2.withVersion(version.text());
        if (!version.isAtLeast(CniVersion.V0_3_0)) {
            Refusal refusal = network.refused("ADD", pod);

            assertThat(refusal.code()).isEqualTo(7);
            assertThat(host.links()).containsExactly("br-web");
            return;
        }

        Attached attached = network.add(pod);

        assertThat(attached.result().interfaces()).hasSize(3);
        assertThat(attached.result().ips()).isEmpty();
        assertThat(pod.ip().link("eth0").has("UP")).isTrue();
        network.del(pod);
        assertThat(host.links()).containsExactly("br-web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"\"}", "null"})
    void ipamWithoutAType_meansLayer2(String ipam) {
        TestNetwork network = layer2.with("ipam", ipam);

        Attached attached = network.add(pod);

        assertThat(attached.result().interfaces()).hasSize(3);
        assertThat(attached.result().ips()).isEmpty();
        assertThat(pod.ip().addresses("eth0")).isEmpty();
        assertThat(network.withResult(attached).call("CHECK", pod).output()).isEmpty();
        network.del(pod);
        assertThat(host.links()).containsExactly("br-web");
    }

    @Test
    void masqueradeOfALayer2Network_isNothing() {
        TestNetwork network = layer2.with("ipMasq", "true");

        Attached attached = network.add(pod);

        assertThat(host.witness().run("nft", "list", "ruleset")).isEmpty();
        assertThat(network.withResult(attached).call("CHECK", pod).output()).isEmpty();
        network.del(pod);
        assertThat(host.links()).containsExactly("br-web");
    }

    @Test
    void threeAddressesAndTwoGateways_standTogetherOnTheBridge() {
        web.withIps("10.1.0.2/24", "fd00:1::2/64", "fd00:2::2/64").add(pod);

        assertThat(host.addresses("br-web"))
                .containsExactlyInAnyOrder("10.1.0.1/24", "fd00:1::1/64", "fd00:2::1/64");
        assertThat(pod.netns().ping("fd00:2::1")).isTrue();
    }

    @Test
    void ipamWithoutAddresses_isAnErrorThatKeepsNoLease() {
        TestNetwork network = web.withIps();

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.msg()).isEqualTo("IPAM plugin returned missing IP config");
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.links()).containsExactly("br-web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth%d", "%", "all", "default"})
    void nameThatNoLinkCanHave_isRefused(String ifname) {
        Refusal refusal = web.withIps("10.1.0.2/24").refused("ADD", pod.as(ifname));

        assertThat(refusal.code()).isEqualTo(4);
        assertThat(refusal.msg()).isEqualTo("no link can be named \"" + ifname + "\"");
        assertThat(host.links()).isEmpty();
    }

    @Test
    void addressThatIsItsOwnGateway_isRefused() {
        Refusal refusal = web.withIps("10.1.0.1/24").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("ipam: address 10.1.0.1/24 is the gateway's");
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"})
    void lastAddressOfAll_hasNoneAfterItForTheGateway(String address) {
        Refusal refusal = web.withIps(address).refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg())
                .startsWith("ipam: there is no address after "
                        + address.substring(0, address.indexOf('/')));
    }

    @Test
    void addressGivenTwice_isTheIpamsFault() {
        Refusal refusal = web.withIps("10.1.0.2/24", "10.1.0.2/24").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("add address 10.1.0.2/24: EEXIST");
    }

    @Test
    void addFailingLate_givesTheLeaseBack() {
        TestNetwork network = web.withIps("10.1.0.2/24")
                .withRoutes("{\"dst\":\"10.9.0.0/16\",\"gw\":\"192.0.2.1\"}");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).contains("10.9.0.0/16", "192.0.2.1");
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.links()).containsExactly("br-web");
        assertThat(pod.ip().links()).isEmpty();
    }

    @Test
    void routesOfIpam_standInTheResultAndInTheContainer() {
        Attached attached = web.withIps("10.1.0.2/24")
                .withRoutes("{\"dst\":\"10.9.0.0/16\"}")
                .add(pod);

        assertThat(attached.result().routes())
                .extracting(CniRoute::destination)
                .extracting(Object::toString)
                .containsExactly("10.9.0.0/16", "0.0.0.0/0");
        assertThat(pod.ip().routes()).contains("10.9.0.0/16 via 10.1.0.1 dev eth0");
    }
}
