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

import java.util.List;

/**
 * The pair of an attachment: names, hardware addresses, options of the port, and what stands in its
 * way.
 */
@InNetns(mayLeave = true, mounts = true)
final class BridgeLinkTest {
    private static final int PORTS_MAX = 1023;
    private static final String MAC = "02:11:22:33:44:55";

    private final TestNetwork web = TestNetwork.bridge("web").with("bridge", "\"br0\"");
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
    void everyLink_hasItsAddressFromBirth() {
        web.add(pod);

        for (String link : List.of("br0", web.hostLink(pod))) {
            assertThat(host.read("/sys/class/net/" + link + "/addr_assign_type"))
                    .as(link)
                    .isEqualTo("3");
        }
        assertThat(pod.ip().read("/sys/class/net/eth0/addr_assign_type")).isEqualTo("3");
    }

    @Test
    void hostEnd_isNamedAndLabelledByTheAttachment() {
        web.add(pod);

        assertThat(web.hostLink(pod)).matches("veth[a-z2-7]{11}");
        assertThat(host.link(web.hostLink(pod)).text("ifalias"))
                .matches("culvert [a-z2-7]{16} [a-z2-7]{16} web pod-a eth0");
    }

    @Test
    void macOfTheRuntime_isTheContainersEndsAndTheResults() {
        Attached attached =
                web.with("runtimeConfig", "{\"mac\":\"" + MAC + "\"}").add(pod);

        assertThat(pod.ip().link("eth0").text("address")).isEqualTo(MAC);
        assertThat(attached.mac("eth0")).isEqualTo(MAC);
        assertThat(attached.mac(web.hostLink(pod))).isNotEqualTo(MAC);
    }

    @Test
    void macOfCniArgs_isTakenBesideKubernetesKeys() {
        web.withVariable("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=web-0;MAC=" + MAC)
                .add(pod);

        assertThat(pod.ip().link("eth0").text("address")).isEqualTo(MAC);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void portOptions_areSetAsAsked(boolean on) {
        web.with("hairpinMode", "" + on).with("portIsolation", "" + on).add(pod);

        Ip.Shown port = host.link(web.hostLink(pod));
        assertThat(port.text("linkinfo", "info_slave_data", "hairpin")).isEqualTo("" + on);
        assertThat(port.text("linkinfo", "info_slave_data", "isolated")).isEqualTo("" + on);
    }

    @Test
    void isolatedPorts_reachTheGatewayButNotEachOther() {
        TestNetwork isolated = web.with("portIsolation", "true").with("isGateway", "true");
        try (Pod other = Pod.open("b")) {
            isolated.withIps("10.1.0.2/24").add(pod);
            isolated.withIps("10.1.0.3/24").add(other);

            assertThat(pod.netns().ping("10.1.0.1")).isTrue();
            assertThat(pod.netns().ping("10.1.0.3")).isFalse();
        }
    }

    @Test
    void promiscMode_makesTheBridgePromiscuous() {
        web.with("promiscMode", "true").add(pod);

        assertThat(host.link("br0").has("PROMISC")).isTrue();
    }

    @Test
    void disabledContainerInterface_staysDown() {
        web.with("disableContainerInterface", "true").add(pod);

        assertThat(pod.ip().link("eth0").has("UP")).isFalse();
        assertThat(host.link(web.hostLink(pod)).text("master")).isEqualTo("br0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0.100.with.x", "a.b", "-", "net1"})
    void ifnamesUpTo15BytesWithDots_areTaken(String ifname) {
        TestNetwork network = web.with("isGateway", "true").withIps("10.1.0.2/24", "fd00:1::2/64");
        Pod dotted = pod.as(ifname);

        network.add(dotted);

        assertThat(pod.ip().addresses(ifname)).containsExactly("10.1.0.2/24", "fd00:1::2/64");
        assertThat(pod.ip().sysctl("net/ipv6/conf/" + ifname + "/keep_addr_on_down"))
                .isEqualTo("1");
        network.del(dotted);
        assertThat(pod.ip().links()).isEmpty();
    }

    @Test
    void longContainerId_isCutInTheLabelOnly() {
        try (Pod longId = pod.reusedBy("x".repeat(4096))) {
            web.add(longId);

            assertThat(host.link(web.hostLink(longId)).text("ifalias")).hasSize(255);
            web.del(longId);
            assertThat(host.links()).containsExactly("br0");
        }
    }

    @Test
    void twoAttachmentsOfOneContainer_areTwoPairs() {
        TestNetwork network = web.with("isGateway", "true");
        Pod second = pod.as("eth1");

        network.withIps("10.1.0.2/24").add(pod);
        network.withIps("10.1.0.3/24").add(second);

        assertThat(pod.ip().addresses("eth0")).containsExactly("10.1.0.2/24");
        assertThat(pod.ip().addresses("eth1")).containsExactly("10.1.0.3/24");
        network.del(pod);
        assertThat(pod.ip().links()).containsExactly("eth1");
        assertThat(host.links()).containsExactlyInAnyOrder("br0", network.hostLink(second));
    }

    @Test
    void secondAdd_isRefusedAndTheAttachmentUnharmed() {
        web.add(pod);
        String index = pod.ip().link("eth0").text("ifindex");

        Refusal refusal = web.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(108);
        assertThat(refusal.msg())
                .contains(web.hostLink(pod), "belongs to this attachment", "pod-a", "eth0", "web");
        assertThat(refusal.details()).isEqualTo("run DEL before ADD");
        assertThat(pod.ip().link("eth0").text("ifindex")).isEqualTo(index);
        assertThat(host.links()).contains(web.hostLink(pod));
    }

    @Test
    void somebodyElsesLinkOfOurName_isReportedAndLeftAlone() {
        TestNetwork network = web.withIps("10.1.0.2/24");
        String name = network.hostLink(pod);
        host.batch("link add " + name + " type veth peer name other\nlink set " + name
                + " alias theirs\n");
        String before = host.run("-d link show dev " + name);

        Refusal add = network.refused("ADD", pod);
        network.del(pod);

        assertThat(add.code()).isEqualTo(108);
        assertThat(add.msg()).isEqualTo("link " + name + " exists and belongs to somebody else");
        assertThat(host.run("-d link show dev " + name)).isEqualTo(before);
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void takenIfname_isReportedAndLeftAlone() {
        TestNetwork network = web.withIps("10.1.0.2/24");
        pod.ip().run("link add eth0 type veth peer name other");
        String before = pod.ip().run("-d link");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(108);
        assertThat(refusal.msg()).isEqualTo("link eth0 exists in " + pod.path());
        assertThat(pod.ip().run("-d link")).isEqualTo(before);
        assertThat(host.links()).containsExactly("br0");
        assertThat(network.ipam().leases()).isEmpty();
    }

    /** A bridge takes 1,023 ports; a veth pair is one link per port with both ends on it. */
    @Test
    void fullBridge_isReportedWithItsLimit() {
        StringBuilder lines = new StringBuilder("link add br0 type bridge\nlink set br0 up\n");
        for (int i = 0; i < PORTS_MAX; i += 2) {
            lines.append("link add p")
                    .append(i)
                    .append(" master br0 type veth peer name p")
                    .append(i + 1)
                    .append('\n');
            lines.append(i + 1 < PORTS_MAX ? "link set p" + (i + 1) + " master br0\n" : "");
        }
        host.batch(lines.toString());
        TestNetwork network = web.withIps("10.1.0.2/24");

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(107);
        assertThat(refusal.msg()).contains("bridge br0 is full", "1023 ports", "one more");
        assertThat(host.links()).doesNotContain(network.hostLink(pod));
        assertThat(network.ipam().leases()).isEmpty();

        host.run("link set p0 nomaster");
        network.add(pod);
        assertThat(host.link(network.hostLink(pod)).text("master")).isEqualTo("br0");
    }
}
