// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Mark;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GC removes the attachments of its network that are not in the list, and nothing else. */
@InNetns(mayLeave = true)
final class GcTest {
    private final Ip host = Ip.host();
    private Pod pod;
    private Pod other;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
        other = Pod.open("b");
    }

    @AfterEach
    void close() {
        pod.close();
        other.close();
    }

    private List<String> veths() {
        return host.links().stream().filter(name -> name.startsWith("veth")).toList();
    }

    private static TestNetwork withAddress(TestNetwork network, int last) {
        return network.withIps(
                "10.1.0." + last + "/24 via 10.1.0.1", "fd00:1::" + last + "/64 via fd00:1::1");
    }

    @ParameterizedTest
    @EnumSource
    void attachmentsThatAreNotListed_areRemoved(Kind kind) {
        TestNetwork network = kind.network("net");
        withAddress(network, 2).add(pod);
        withAddress(network, 3).add(other);

        network.gc(other);

        assertThat(veths()).containsExactly(network.hostLink(other));
        assertThat(pod.ip().links()).isEmpty();
        assertThat(other.ip().links()).containsExactly("eth0");
        assertThat(network.ipam().leases()).containsExactly("pod-b/eth0 on net");
        assertThat(other.netns().ping(kind == Kind.PTP_PROXY_ARP ? "fe80::1%eth0" : "10.1.0.1"))
                .isTrue();
    }

    @Test
    void networksOnOneBridge_areKeptApart() {
        TestNetwork web =
                TestNetwork.bridge("web").with("bridge", "\"br0\"").with("ipMasq", "true");
        TestNetwork db = TestNetwork.bridge("db").with("bridge", "\"br0\"").with("ipMasq", "true");
        Pod second = pod.as("eth1");
        withAddress(web, 2).add(pod);
        withAddress(db, 3).add(second);
        withAddress(web, 4).add(other);

        web.withIpam("ips", "[]").gc(other);

        assertThat(veths()).containsExactlyInAnyOrder(db.hostLink(second), web.hostLink(other));
        assertThat(pod.ip().links()).containsExactly("eth1");
        assertThat(host.witness().run("nft", "list", "ruleset"))
                .contains("10.1.0.3", "10.1.0.4")
                .doesNotContain("10.1.0.2 ", "10.1.0.2,");
    }

    /**
     * Host links carry 15 bits of the network's digest in their names: some networks share them.
     */
    @Test
    void networksWhoseLinksBeginAlike_areKeptApart() {
        Map<String, String> byPrefix = new LinkedHashMap<>();
        String name = "net0";
        for (int i = 1; !byPrefix.containsKey(Mark.linkPrefix(name)); i++) {
            byPrefix.put(Mark.linkPrefix(name), name);
            name = "net" + i;
        }
        TestNetwork first =
                TestNetwork.bridge(byPrefix.get(Mark.linkPrefix(name))).with("bridge", "\"br0\"");
        TestNetwork second = TestNetwork.bridge(name).with("bridge", "\"br0\"");
        first.add(pod);
        second.add(other);

        first.gc();

        assertThat(veths()).containsExactly(second.hostLink(other));
    }

    @Test
    void linksThatOnlyLookLikeOurs_stay() {
        TestNetwork network = TestNetwork.bridge("net").with("bridge", "\"br0\"");
        String prefix = Mark.linkPrefix("net");
        host.batch("link add " + prefix + "aaaaaaaa type veth peer name vethdeadbeef\n"
                + "link add " + prefix
                + "bbbbbbbb type veth peer name other\nlink set other alias culvert\n");
        List<String> before = host.links();

        network.gc();

        assertThat(host.links()).isEqualTo(before);
    }

    @Test
    void sameContainerWithAnotherInterface_isAnotherAttachment() {
        TestNetwork network = TestNetwork.bridge("net").with("bridge", "\"br0\"");
        network.add(pod);
        network.add(pod.as("eth1"));

        network.gc(pod.as("eth1"));

        assertThat(pod.ip().links()).containsExactly("eth1");
    }

    @Test
    void emptyList_removesAll() {
        TestNetwork network = Kind.BRIDGE.network("net");
        withAddress(network, 2).add(pod);
        withAddress(network, 3).add(other);
        pod.netns().close();

        network.gc();

        assertThat(veths()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.links()).containsExactly("br0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "absent"})
    void missingList_isAnEmptyOne(String list) {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        TestNetwork asked =
                list.equals("absent") ? network : network.with("cni.dev/valid-attachments", list);

        assertThat(asked.call("GC").code()).isZero();

        assertThat(veths()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }

    @Test
    void failingIpam_isReportedAfterTheLinksAreGone() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);
        network.ipam().refuse();

        Refusal refusal = Refusal.of("GC", network.keeping().call("GC"));

        assertThat(refusal.msg()).isEqualTo("the address book is locked");
        assertThat(veths()).isEmpty();
        network.ipam().recover();
        network.gc();
        assertThat(network.ipam().leases()).isEmpty();
    }

    /** The acknowledgements of some 260 would not fit a socket's receive buffer. */
    @Test
    void manyStaleLinks_areRemovedInSeveralSends() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 66; i++) {
            Mark mark = new Mark("net", "stale" + i, "eth0");
            lines.append("link add ")
                    .append(mark.hostLinkName())
                    .append(" type veth peer name p")
                    .append(i)
                    .append("\nlink set ")
                    .append(mark.hostLinkName())
                    .append(" alias \"")
                    .append(mark.label())
                    .append("\"\n");
        }
        FaultLibc none = new FaultLibc(new FfmLibc());
        TestNetwork network = TestNetwork.bridge("net").over(none.libc());
        network.gc();
        int sends = none.count("send");
        host.batch(lines.toString());

        network.gc();

        assertThat(host.links()).isEmpty();
        assertThat(none.count("send") - sends).isEqualTo(sends + 3);
    }
}
