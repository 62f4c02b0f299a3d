// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

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
import org.junit.jupiter.params.provider.ValueSource;

/** A bridge that is there already: adopted, brought in line, or left alone with an error. */
@InNetns(mayLeave = true, mounts = true)
final class BridgeAdoptTest {
    private final TestNetwork layer2 = TestNetwork.bridge("web").with("bridge", "\"br0\"");
    private final TestNetwork web = layer2.with("isGateway", "true");
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
    void existingBridge_isAdoptedAndBroughtUp() {
        host.run("link add br0 type bridge");
        String index = host.link("br0").text("ifindex");

        web.withIps("10.1.0.2/24", "fd00:1::2/64").add(pod);

        assertThat(host.link("br0").text("ifindex")).isEqualTo(index);
        assertThat(host.link("br0").has("UP")).isTrue();
        assertThat(host.addresses("br0")).containsExactly("10.1.0.1/24", "fd00:1::1/64");
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        assertThat(pod.netns().ping("fd00:1::1")).isTrue();
    }

    @Test
    void bridgeThatFollowsItsPorts_getsItsAddressPinnedWithTheFirstGateway() {
        host.run("link add br0 type bridge");
        String mac = host.link("br0").text("address");

        Attached attached = web.withIps("10.1.0.2/24").add(pod);

        assertThat(host.read("/sys/class/net/br0/addr_assign_type")).isEqualTo("3");
        assertThat(host.link("br0").text("address")).isEqualTo(mac).isEqualTo(attached.mac("br0"));
    }

    @Test
    void bridgeOfOurs_keepsItsAddressWhileContainersComeAndGo() {
        Attached first = layer2.add(pod);
        String mac = first.mac("br0");
        try (Pod other = Pod.open("b")) {
            assertThat(layer2.add(other).mac("br0")).isEqualTo(mac);
            layer2.del(pod);
            layer2.del(other);
        }

        assertThat(host.link("br0").text("address")).isEqualTo(mac);
        assertThat(host.read("/sys/class/net/br0/addr_assign_type")).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"veth peer name other", "vxlan id 5 dstport 4789", "ifb"})
    void nameOfAnotherKindOfLink_isReportedAndTheLinkLeftAlone(String kind) {
        host.run("link add br0 type " + kind);
        String before = host.run("-d link show dev br0");

        Refusal refusal = web.with("mtu", "1300").withIps("10.1.0.2/24").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg())
                .isEqualTo("link br0 exists and is a " + kind.split(" ")[0]
                        + ", the config asks for a bridge");
        assertThat(host.run("-d link show dev br0")).isEqualTo(before);
        assertThat(web.ipam().leases()).isEmpty();
    }

    @Test
    void loopback_isNoBridge() {
        Refusal refusal = layer2.with("bridge", "\"lo\"").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg())
                .isEqualTo("link lo exists and is no bridge, the config asks for a bridge");
    }

    @Test
    void otherIpv4Address_isReportedWithBothAddresses() {
        host.batch("link add br0 type bridge\naddr add 10.2.0.1/16 dev br0\n");

        Refusal refusal = web.withIps("10.1.0.2/24").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg())
                .isEqualTo("bridge br0 has 10.2.0.1/16, the config asks for 10.1.0.1/24");
        assertThat(refusal.details()).isEqualTo("set forceAddress to replace it, or remove it");
        assertThat(host.addresses("br0")).containsExactly("10.2.0.1/16");
        assertThat(web.ipam().leases()).isEmpty();
    }

    @Test
    void sameAddressWithAnotherPrefixLength_isAnotherAddress() {
        host.batch("link add br0 type bridge\naddr add 10.1.0.1/16 dev br0\n");

        assertThat(web.withIps("10.1.0.2/24").refused("ADD", pod).msg())
                .isEqualTo("bridge br0 has 10.1.0.1/16, the config asks for 10.1.0.1/24");
    }

    @Test
    void forceAddress_replacesTheOtherIpv4Address() {
        host.batch("link add br0 type bridge\naddr add 10.2.0.1/16 dev br0\n");

        web.with("forceAddress", "true").withIps("10.1.0.2/24").add(pod);

        assertThat(host.addresses("br0")).containsExactly("10.1.0.1/24");
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
    }

    @Test
    void overlappingIpv6Address_isReportedUnlessForced() {
        host.batch("link add br0 type bridge\naddr add fd00:1::ff/48 dev br0\n");

        assertThat(web.withIps("fd00:1::2/64").refused("ADD", pod).msg())
                .isEqualTo("bridge br0 has fd00:1::ff/48, the config asks for fd00:1::1/64");
        web.with("forceAddress", "true").withIps("fd00:1::2/64").add(pod);

        assertThat(host.addresses("br0")).containsExactly("fd00:1::1/64");
    }

    @Test
    void otherIpv6Network_livesBesideOurs() {
        host.batch("link add br0 type bridge\naddr add fd00:9::1/64 dev br0\n");

        web.withIps("fd00:1::2/64").add(pod);

        assertThat(host.addresses("br0")).containsExactlyInAnyOrder("fd00:9::1/64", "fd00:1::1/64");
    }

    @Test
    void bridgeThatHasOneOfTwoGatewaysOfAFamily_getsTheOther() {
        host.batch("link add br0 type bridge\naddr add 10.1.0.1/24 dev br0\n");

        web.withIps("10.1.0.2/24", "10.2.0.2/24").add(pod);

        assertThat(host.addresses("br0")).containsExactlyInAnyOrder("10.1.0.1/24", "10.2.0.1/24");
    }

    @Test
    void forceAddress_keepsTheGatewayThatIsWanted() {
        host.batch(
                "link add br0 type bridge\naddr add 10.1.0.1/24 dev br0\naddr add 10.9.0.1/24 dev br0\n");

        web.with("forceAddress", "true").withIps("10.1.0.2/24", "10.2.0.2/24").add(pod);

        assertThat(host.addresses("br0")).containsExactlyInAnyOrder("10.1.0.1/24", "10.2.0.1/24");
    }

    @Test
    void mtu_isAppliedToAnExistingBridge() {
        host.run("link add br0 type bridge");

        layer2.with("mtu", "1300").add(pod);

        assertThat(host.link("br0").text("mtu")).isEqualTo("1300");
        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1300");
    }

    @Test
    void promiscMode_isSwitchedOnAndNeverOff() {
        host.batch("link add br0 type bridge\nlink set br0 promisc on\n");

        layer2.add(pod);
        assertThat(host.link("br0").has("PROMISC")).isTrue();

        host.run("link set br0 promisc off");
        layer2.del(pod);
        layer2.with("promiscMode", "true").add(pod);
        assertThat(host.link("br0").has("PROMISC")).isTrue();
    }

    @Test
    void withoutGateway_addressesOfTheBridgeAreNoBusinessOfOurs() {
        host.batch("link add br0 type bridge\naddr add 10.2.0.1/16 dev br0\n");

        layer2.withIps("10.1.0.2/24").add(pod);

        assertThat(host.addresses("br0")).containsExactly("10.2.0.1/16");
    }

    @Test
    void bridgeThatLostItsPorts_getsAnAddressThatPasses() {
        host.batch("link add br0 type bridge\nlink add port type veth peer name other\n"
                + "link set port master br0\nlink del port\n");
        assertThat(host.link("br0").text("address")).isEqualTo("00:00:00:00:00:00");

        Attached attached = web.withIps("10.1.0.2/24").add(pod);

        String mac = host.link("br0").text("address");
        assertThat(mac).isNotEqualTo("00:00:00:00:00:00");
        assertThat(attached.mac("br0")).isEqualTo(mac);
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
    }

    @Test
    void adoptedBridgeWithItsGatewayAddress_keepsItsHardwareAddress() {
        host.batch("link add br0 type bridge\naddr add 10.1.0.1/24 dev br0\n");
        String before = host.link("br0").text("address");

        web.withIps("10.1.0.2/24").add(pod);
        host.batch("link add low address 02:00:00:00:00:01 type veth peer name other\n"
                + "link set low master br0\n");

        assertThat(host.link("br0").text("address")).isEqualTo(before);
        host.batch("link del low\n");
    }

    @Test
    void addressThatIsPinned_isNotSetAgain() {
        web.withIps("10.1.0.2/24").add(pod);
        host.batch("neigh add 10.1.0.99 lladdr 02:00:00:00:00:99 dev br0 nud reachable\n");

        try (Pod second = Pod.open("b")) {
            web.withIps("10.1.0.3/24").add(second);
            web.withIps("10.1.0.3/24").del(second);
        }

        assertThat(host.run("neigh show 10.1.0.99")).contains("02:00:00:00:00:99");
    }
}
