// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kinds of link that not every kernel has: what is refused, and that nothing is left, on one that
 * has them and on one that has not. Packets are the emulated machine's business (it/src/vm).
 */
@InNetns
final class KindsOfLinkTest {
    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
        host.batch("link add up0 type veth peer name up1\nlink set up0 up\nlink set up1 up\n");
    }

    @AfterEach
    void close() {
        pod.close();
        assertThat(host.links()).containsExactlyInAnyOrder("up0", "up1");
        host.run("link del up0");
    }

    private static TestNetwork network(String plugin) {
        TestNetwork network = TestNetwork.upper(plugin, "net").withIps("10.1.0.2/24");
        return switch (plugin) {
            case "dummy" -> network;
            case "vlan" -> network.with("master", "\"up0\"").with("vlanId", "42");
            default -> network.with("master", "\"up0\"");
        };
    }

    private boolean kernelHas(String plugin) {
        try {
            String type = plugin.equals("vlan") ? "vlan id 4000" : plugin;
            host.run("link add try0 link up0 type " + type);
            host.run("link del try0");
            return true;
        } catch (AssertionError | IllegalStateException _) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipvlan", "vlan", "dummy"})
    void add_attachesOrSaysWhatTheKernelLacks(String plugin) {
        TestNetwork network = network(plugin);

        if (kernelHas(plugin)) {
            Attached attached = network.add(pod);
            assertThat(pod.ip().link("eth0").text("linkinfo", "info_kind")).isEqualTo(plugin);
            assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        } else {
            Refusal refusal = network.refused("ADD", pod);
            assertThat(refusal.code()).isEqualTo(101);
            assertThat(refusal.msg()).startsWith("this kernel has no links of kind " + plugin);
        }
        network.del(pod);
        network.del(pod);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void vlansOfABridge_areSetOrNamedAsLacking() {
        TestNetwork network = TestNetwork.bridge("net")
                .with("bridge", "\"br9\"")
                .with("vlan", "42")
                .withIps("10.1.0.2/24");

        boolean has = kernelHas("bridge vlan_filtering 1");
        if (has) {
            network.add(pod);
        } else {
            Refusal refusal = network.refused("ADD", pod);
            assertThat(refusal.code()).isEqualTo(101);
            assertThat(refusal.msg()).startsWith("this kernel has no VLANs in bridges");
            assertThat(host.hasLink("br9")).isFalse();
        }
        network.del(pod);
        assertThat(network.ipam().leases()).isEmpty();
        if (has) {
            host.run("link del br9");
        }
    }

    @Test
    void adoptedBridgeOnAKernelWithoutVlans_staysAsItIs() {
        host.batch("link add br9 type bridge\nlink set br9 up\n");
        String before = host.run("-j link show br9");
        TestNetwork network =
                TestNetwork.bridge("net").with("bridge", "\"br9\"").with("vlan", "42");

        if (kernelHas("bridge vlan_filtering 1")) {
            network.add(pod);
            network.del(pod);
        } else {
            assertThat(network.refused("ADD", pod).code()).isEqualTo(101);
            assertThat(host.run("-j link show br9")).isEqualTo(before);
        }
        host.run("link del br9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipvlan|mode|\"l4\"|7|mode: unknown ipvlan mode: \"l4\"",
                "ipvlan|flag|\"wide\"|7|flag: \"wide\" is none of",
                "ipvlan|mtu|9000|101|master up0 has an MTU of 1500",
                "ipvlan|master|\"none0\"|101|no link none0 on this host",
                "vlan|master|\"\"|7|master: missing",
                "vlan|vlanId|4095|7|vlanId: invalid VLAN ID 4095",
                "vlan|vlanId|-1|7|vlanId: invalid VLAN ID -1",
                "vlan|vlanProtocol|\"802.1X\"|7|vlanProtocol: \"802.1X\" is none of",
                "vlan|mtu|67|7|mtu: 67",
                "vlan|master|\"none0\"|101|no link none0 on this host",
                "vlan|mtu|9000|101|master up0 has an MTU of 1500",
                "dummy|ipam|{}|7|ipam: dummy interface requires an IPAM configuration",
                "dummy|mtu|67|7|mtu: 67"
            })
    void badValue_isRefusedAndLeavesNothing(
            String plugin, String key, String value, int code, String words) {
        TestNetwork network = network(plugin).with(key, value);

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.msg()).contains(words);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"name\":\"a\"},{\"name\":\"b\"}"})
    void chainedWithoutOneInterface_needsAMaster(String interfaces) {
        TestNetwork network = network("ipvlan")
                .without("master")
                .with(
                        "prevResult",
                        "{\"cniVersion\":\"1.1.0\",\"interfaces\":[" + interfaces + "]}");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).contains("master: chained master failure");
    }

    @Test
    void masterThatIsDown_keepsItsVlanAway() {
        host.run("link set up0 down");

        Refusal refusal = network("vlan").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg()).contains("master up0 is down");
        host.run("link set up0 up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipvlan", "vlan"})
    void status_looksForTheMaster(String plugin) {
        assertThat(network(plugin).call("STATUS").code()).isZero();
        assertThat(network(plugin).with("master", "\"none0\"").call("STATUS").code())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipvlan", "vlan", "dummy"})
    void delWithoutMasterAndAfterADefaultRouteIsGone_succeeds(String plugin) {
        network(plugin).with("master", "\"none0\"").del(pod);
        network(plugin).without("master").del(pod);
        assertThat(pod.ip().links()).isEmpty();
    }
}
