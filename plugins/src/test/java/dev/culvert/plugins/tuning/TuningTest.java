// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.cni.spec.NetConf;
import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@InNetns(mayLeave = true)
final class TuningTest {
    private static final String ALL = "\"mac\":\"02:00:00:00:00:07\",\"promisc\":true,\"mtu\":1400,"
            + "\"allmulti\":true,\"txQLen\":77";

    @TempDir
    Path data;

    private final TestNetwork bridge =
            TestNetwork.bridge("net").with("bridge", "\"br0\"").withIps("10.1.0.2/24");
    private Pod pod;
    private Attached first;
    private TestNetwork tuning;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
        first = bridge.add(pod);
        tuning = TestNetwork.tuning("net").with("dataDir", "\"" + data + "\"").withResult(first);
    }

    @AfterEach
    void close() {
        pod.close();
    }

    private Path backup() {
        return data.resolve("pod-a_eth0.json");
    }

    private TestNetwork withAll(boolean inArgs) {
        TestNetwork network = tuning;
        for (String pair : ALL.split(",")) {
            String[] parts = pair.split(":", 2);
            network = inArgs
                    ? network.with("args", "{\"cni\":{" + ALL + "}}")
                    : network.with(parts[0].replace("\"", ""), parts[1]);
        }
        return network;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attributes_areSetAndComeBack(boolean inArgs) throws IOException {
        Ip.Shown before = pod.ip().link("eth0");
        TestNetwork network = withAll(inArgs);

        Attached attached = network.add(pod);

        Ip.Shown tuned = pod.ip().link("eth0");
        assertThat(tuned.text("address")).isEqualTo("02:00:00:00:00:07");
        assertThat(tuned.text("mtu")).isEqualTo("1400");
        assertThat(tuned.text("txqlen")).isEqualTo("77");
        assertThat(tuned.has("PROMISC")).isTrue();
        assertThat(tuned.has("ALLMULTI")).isTrue();
        assertThat(attached.mac("eth0")).isEqualTo("02:00:00:00:00:07");
        assertThat(attached.mac(bridge.hostLink(pod))).isEqualTo(first.mac(bridge.hostLink(pod)));
        assertThat(backup())
                .hasContent("{\"mac\":\"" + before.text("address")
                        + "\",\"promisc\":false,\"mtu\":1500,\"allmulti\":false,\"txQLen\":1000}");
        assertThat(Files.getPosixFilePermissions(backup())).hasSize(2);
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        assertThat(bridge.withResult(attached).call("CHECK", pod).code()).isZero();

        network.withResult(attached).del(pod);
        network.del(pod);

        Ip.Shown after = pod.ip().link("eth0");
        for (String name : new String[] {"address", "mtu", "txqlen", "flags"}) {
            assertThat(after.text(name)).isEqualTo(before.text(name));
        }
        assertThat(backup()).doesNotExist();
        bridge.withResult(attached).del(pod);
    }

    @Test
    void backupOfTheReference_isRestored() throws IOException {
        Files.writeString(
                backup(),
                "{\"mac\":\"02:00:00:00:00:09\",\"promisc\":true,\"mtu\":1280,\"txQLen\":5}");

        tuning.del(pod);

        Ip.Shown link = pod.ip().link("eth0");
        assertThat(link.text("address")).isEqualTo("02:00:00:00:00:09");
        assertThat(link.text("mtu")).isEqualTo("1280");
        assertThat(link.text("txqlen")).isEqualTo("5");
        assertThat(link.has("PROMISC")).isTrue();
        assertThat(backup()).doesNotExist();
    }

    @Test
    void backupOfAnAddBefore_isWhatComesBack() throws IOException {
        tuning.with("mtu", "1400").add(pod);
        tuning.with("mtu", "1300").with("txQLen", "9").add(pod);

        assertThat(backup()).hasContent("{\"mtu\":1500,\"txQLen\":1000}");
        tuning.del(pod);
        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1500");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"mtu\":\"x\"}"})
    void damagedBackup_isNoObstacle(String text) throws IOException {
        Files.writeString(backup(), text);

        tuning.del(pod);

        assertThat(backup()).doesNotExist();
    }

    @Test
    void fileOfAContainerThatIsGone_isRemoved() {
        tuning.with("mtu", "1400").add(pod);

        assertThat(tuning.call("DEL", pod, "").code()).isZero();

        assertThat(backup()).doesNotExist();
    }

    @Test
    void sysctls_areSetInTheContainerAlone() {
        String hosts = Ip.host().sysctl("net/ipv4/conf/default/rp_filter");
        TestNetwork network = tuning.with(
                        "sysctl",
                        "{\"net.ipv4.conf.IFNAME.rp_filter\":\"2\",\"net/ipv4/tcp_rmem\":\"4096 87380 6291000\","
                                + "\"net.ipv4.ip_forward\":\"0\"}")
                .with("args", "{\"cni\":{\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}}}");

        String output = network.add(pod).text();

        assertThat(new Attached(output).result()).isEqualTo(first.result());
        assertThat(pod.ip().sysctl("net/ipv4/conf/eth0/rp_filter")).isEqualTo("2");
        assertThat(pod.ip().sysctl("net/ipv4/tcp_rmem")).isEqualTo("4096\t87380\t6291000");
        assertThat(pod.ip().sysctl("net/ipv4/ip_forward")).isEqualTo("1");
        assertThat(Ip.host().sysctl("net/ipv4/conf/default/rp_filter")).isEqualTo(hosts);
        assertThat(network.call("CHECK", pod).code()).isZero();
        pod.ip().sysctl("net/ipv4/ip_forward", "0");
        Refusal refusal = network.refused("CHECK", pod);
        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains("net/ipv4/ip_forward", "wanted 1, found 0");
        network.del(pod);
    }

    @Test
    void dottedInterface_isOnePartOfTheKey() {
        pod.ip().run("link set eth0 name eth0.5");
        Pod dotted = pod.as("eth0.5");
        String keys =
                "{\"net.ipv4.conf.IFNAME.rp_filter\":\"2\",\"net/ipv4/conf/eth0.5/arp_notify\":\"1\"}";

        tuning.with("sysctl", keys).add(dotted);

        assertThat(pod.ip().sysctl("net/ipv4/conf/eth0.5/rp_filter")).isEqualTo("2");
        assertThat(pod.ip().sysctl("net/ipv4/conf/eth0.5/arp_notify")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sysctl|{\"kernel.domainname\":\"x\"}|7|invalid net sysctl key: \"kernel.domainname\"",
                "sysctl|{\"net/../kernel/domainname\":\"x\"}|7|invalid net sysctl key",
                "sysctl|{\"net.core..somaxconn\":\"1\"}|7|invalid net sysctl key",
                "sysctl|{\"net\":\"1\"}|7|invalid net sysctl key",
                "sysctl|{\"net.core.somaxconn\":\"1\",\"net/core/somaxconn\":\"2\"}|7|net/core/somaxconn is there twice",
                "sysctl|{\"net.ipv4.no_such_key\":\"1\"}|103|net/ipv4/no_such_key",
                "sysctl|{\"net.ipv4.ip_forward\":\"x\"}|7|net/ipv4/ip_forward",
                "sysctl|{\"net.ipv4.ip_forward\":1}|6|sysctl.net.ipv4.ip_forward",
                "mtu|70000|6|mtu",
                "mtu|60|7|mtu",
                "mac|\"x\"|7|mac"
            })
    void badValue_isRefusedAndLeavesNothing(String key, String value, int code, String words) {
        String before = pod.ip().run("-d link show dev eth0");
        TestNetwork network = tuning.with("txQLen", "7").with(key, value);

        Refusal refusal = network.refused("ADD", pod);

        assertThat(refusal.msg()).contains(words);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(pod.ip().run("-d link show dev eth0")).isEqualTo(before);
        assertThat(backup()).doesNotExist();
    }

    @Test
    void keyThatIsThereTwice_isRefused() {
        NetConf conf =
                NetConf.parse("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"tuning\","
                        + "\"sysctl\":{\"net.a\":\"1\",\"net.a\":\"2\"}}");

        assertThatThrownBy(() -> TuningConf.parse(conf, ""))
                .hasMessage("sysctl: duplicated sysctl keys are not allowed");
    }

    @Test
    void refusalAfterSettings_takesThemBack() {
        String before = pod.ip().sysctl("net/ipv4/conf/eth0/rp_filter");
        TestNetwork network = tuning.with("sysctl", "{\"net.ipv4.conf.IFNAME.rp_filter\":\"2\"}")
                .with("mtu", "60");

        network.refused("ADD", pod);

        assertThat(pod.ip().sysctl("net/ipv4/conf/eth0/rp_filter")).isEqualTo(before);
    }

    @Test
    void withoutPreviousResult_itIsNoPartOfAChain() {
        assertThat(tuning.without("prevResult").refused("ADD", pod).msg())
                .contains("prevResult: missing");
    }

    @ParameterizedTest
    @CsvSource({
        "link set eth0 mtu 1300,mtu",
        "link set eth0 promisc off,promiscuous",
        "link set eth0 allmulticast off,all-multicast",
        "link set eth0 txqueuelen 8,queue",
        "link set eth0 address 02:00:00:00:00:01,address",
        "link del eth0,missing"
    })
    void change_isFoundByCheck(String change, String word) {
        TestNetwork network = withAll(false);
        Attached attached = network.add(pod);
        pod.ip().run(change);

        Refusal refusal = network.withResult(attached).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains(word);
    }

    @Test
    void whatOthersSwitchedOn_isNoDifference() {
        TestNetwork network = tuning.with("promisc", "false").with("allmulti", "false");
        Attached attached = network.add(pod);
        pod.ip().run("link set eth0 promisc on allmulticast on");

        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
    }

    @Test
    void mac_comesFromArgsThenTheRuntimeThenCniArgs() {
        TestNetwork network = tuning.with("mac", "\"02:00:00:00:00:01\"")
                .withVariable("CNI_ARGS", "MAC=02:00:00:00:00:02");
        assertThat(network.add(pod).mac("eth0")).isEqualTo("02:00:00:00:00:02");
        network = network.with("runtimeConfig", "{\"mac\":\"02:00:00:00:00:03\"}");
        assertThat(network.add(pod).mac("eth0")).isEqualTo("02:00:00:00:00:03");
        network = network.with("args", "{\"cni\":{\"mac\":\"02:00:00:00:00:04\"}}");
        assertThat(network.add(pod).mac("eth0")).isEqualTo("02:00:00:00:00:04");
    }

    @Test
    @InNetns(mounts = true, mayLeave = true)
    void allowlist_isKept() {
        Ip.host()
                .witness()
                .run(
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /etc && mkdir -p /etc/cni/tuning && printf '"
                                + "^net.ipv4.conf.IFNAME.[a-z_]*$\\n\\n^net.core.somaxconn$\\n' >/etc/cni/tuning/allowlist.conf");
        String allowed = "{\"net.ipv4.conf.IFNAME.rp_filter\":\"2\"}";

        tuning.with("sysctl", allowed).add(pod);
        pod.ip().sysctl("net/ipv4/ip_forward", "1");
        TestNetwork other = tuning.with("sysctl", "{\"net.ipv4.ip_forward\":\"1\"}");
        assertThat(other.call("CHECK", pod).code()).as("what ADD had set").isZero();
        Refusal refusal =
                tuning.with("sysctl", "{\"net.ipv4.ip_forward\":\"1\"}").refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg())
                .startsWith("Sysctl net.ipv4.ip_forward is not allowed. Only the following");
    }
}
