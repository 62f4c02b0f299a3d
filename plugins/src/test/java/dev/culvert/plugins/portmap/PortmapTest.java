// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.IntStream;

/** What portmap leaves in the kernel, and what it refuses. */
@InNetns(mayLeave = true)
final class PortmapTest {
    private final Witness witness = new Witness();
    private final TestNetwork bridge =
            TestNetwork.bridge("net").with("bridge", "\"br0\"").with("isGateway", "true");
    private Pod one;
    private Pod two;
    private TestNetwork first;
    private TestNetwork second;

    @BeforeEach
    void open() {
        one = Pod.open("one");
        two = Pod.open("two");
        first = portmap(one, "10.1.0.2/24", "fd00:1::2/64");
        second = portmap(two, "10.1.0.3/24", "fd00:1::3/64");
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private TestNetwork portmap(Pod pod, String... ips) {
        Attached attached = bridge.withIps(ips).add(pod);
        return TestNetwork.portmap("net").withResult(attached);
    }

    static TestNetwork with(TestNetwork network, String... mappings) {
        return network.with(
                "runtimeConfig", "{\"portMappings\":[" + String.join(",", mappings) + "]}");
    }

    static String map(int hostPort, int containerPort, String protocol, String hostIp) {
        return "{\"hostPort\":" + hostPort + ",\"containerPort\":" + containerPort
                + ",\"protocol\":\"" + protocol + "\",\"hostIP\":\"" + hostIp + "\"}";
    }

    private String elements(String map) {
        return witness.run("nft", "list", "map", "inet", "culvert_portmap", map)
                .replaceAll("\\s+", " ");
    }

    private String sources(String set) {
        return witness.run("nft", "list", "set", "inet", "culvert_portmap", set)
                .replaceAll("\\s+", " ");
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    @Test
    void mapping_isAnElementOfEachFamily() {
        String previous = with(first, map(8080, 80, "tcp", "")).add(one).text();

        String link = first.hostLink(one);
        assertThat(previous).contains("10.1.0.2/24");
        assertThat(elements("ports4"))
                .contains("tcp . 8080 comment \"" + link + "\" : 10.1.0.2 . 80");
        assertThat(elements("ports6"))
                .contains("tcp . 8080 comment \"" + link + "\" : fd00:1::2 . 80");
        assertThat(elements("owners4"))
                .contains("\"" + link + "\" . 0x00000000 comment \"1 own/24 culvert ")
                .contains(" : 0.0.0.0 . tcp . 8080 . 10.1.0.2 . 80");
        assertThat(sources("sources4-24")).contains("10.1.0.0 . 10.1.0.2");
        assertThat(sources("sources4-8")).contains("127.0.0.0 . 10.1.0.2");
        assertThat(sources("sources6-64")).contains("fd00:1:: . fd00:1::2");
        assertThat(witness.run("sysctl", "-n", "net.ipv4.conf.br0.route_localnet")
                        .strip())
                .isEqualTo("1");
    }

    @Test
    void mappingOfAnAddress_isForItsFamilyAlone() {
        with(
                        first,
                        map(80, 8080, "udp", "192.0.2.1"),
                        map(80, 8080, "sctp", "2001:db8::1"),
                        map(81, 8081, "tcp", "0.0.0.0"),
                        map(82, 8082, "tcp", "::"))
                .add(one);

        assertThat(elements("hostports4")).contains("192.0.2.1 . udp . 80 ");
        assertThat(elements("hostports6")).contains("2001:db8::1 . sctp . 80 ");
        assertThat(elements("ports4")).contains("tcp . 81 ").doesNotContain("82");
        assertThat(elements("ports6")).contains("tcp . 82 ").doesNotContain("81 ");
    }

    @Test
    void rules_areThoseThatCheckWants_untilOneIsGone() {
        TestNetwork network = with(first, map(8080, 80, "tcp", ""));
        network.add(one);
        assertThat(network.call("CHECK", one).code()).isZero();

        witness.run("nft", "flush", "chain", "inet", "culvert_portmap", "translate");

        Refusal refusal = network.refused("CHECK", one);
        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains("rule in chain inet culvert_portmap translate");
    }

    @ParameterizedTest
    @CsvSource({"ports4,tcp . 8080", "sources6-64,fd00:1:: . fd00:1::2", "owners6,LINK . 0"})
    void elementRemovedByHand_isFoundByCheck_andNoObstacleForDel(String set, String key) {
        TestNetwork network = with(first, map(8080, 80, "tcp", ""));
        network.add(one);
        String element = key.replace("LINK", "\"" + first.hostLink(one) + "\"");
        witness.run("nft", "delete element inet culvert_portmap " + set + " { " + element + " }");

        assertThat(network.refused("CHECK", one).msg()).contains(set).contains("missing");
        network.del(one);

        assertThat(elements("ports4")).doesNotContain("8080");
    }

    @Test
    void settingOfLocalhost_isFoundByCheck() {
        TestNetwork network = with(first, map(8080, 80, "tcp", ""));
        network.add(one);
        witness.run("sysctl", "-q", "-w", "net.ipv4.conf.br0.route_localnet=0");

        assertThat(network.refused("CHECK", one).msg()).contains("route_localnet");
    }

    @ParameterizedTest
    @CsvSource({"false,false,none", "true,true,all", "false,true,none"})
    void sources_areWhatTheConfigurationSays(boolean snat, boolean masqAll, String word) {
        TestNetwork network = with(first, map(8080, 80, "tcp", ""))
                .with("snat", Boolean.toString(snat))
                .with("masqAll", Boolean.toString(masqAll));
        network.add(one);

        assertThat(elements("owners4")).contains("comment \"1 " + word + "/24 culvert");
        assertThat(ruleset().contains("0.0.0.0 . 10.1.0.2 comment")).isEqualTo(word.equals("all"));
        assertThat(network.call("CHECK", one).code()).isZero();
        network.del(one);
        assertThat(ruleset()).doesNotContain("10.1.0.2");
    }

    @Test
    void portOfAnother_isRefusedWithItsOwner_andStaysTheOwners() {
        with(first, map(8080, 80, "tcp", "")).add(one);
        String before = ruleset();

        Refusal refusal = with(second, map(9090, 90, "tcp", ""), map(8080, 80, "tcp", ""))
                .refused("ADD", two);

        assertThat(refusal.code()).isEqualTo(102);
        assertThat(refusal.msg()).contains("host port 8080/tcp").contains("net pod-one eth0");
        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void samePortOfAnotherAddressOrProtocol_isFree() {
        with(first, map(53, 53, "tcp", "192.0.2.1")).add(one);

        with(second, map(53, 53, "udp", "192.0.2.1"), map(53, 53, "tcp", "")).add(two);

        assertThat(elements("ports4")).contains("tcp . 53").contains("10.1.0.3 . 53");
    }

    @Test
    void addAgain_holdsWhatItAsksForNow() {
        with(first, map(8080, 80, "tcp", ""), map(9090, 90, "tcp", "")).add(one);

        with(first, map(8080, 81, "tcp", "")).add(one);

        assertThat(elements("ports4")).contains("10.1.0.2 . 81").doesNotContain("9090");
    }

    @Test
    void addressOfAnAttachmentThatWasForgotten_takesItsPortsAlong() {
        with(first, map(8080, 80, "tcp", "")).add(one);

        with(
                        TestNetwork.portmap("net")
                                .withResult(new Attached(resultOf("10.1.0.2/24"))),
                        map(9090, 90, "tcp", ""))
                .add(two);

        assertThat(elements("ports4")).contains("9090").doesNotContain("8080");
    }

    private static String resultOf(String address) {
        return "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"" + address + "\"}]}";
    }

    @Test
    void del_needsTheMarkAlone() {
        with(second, map(9090, 90, "tcp", "")).add(two);
        String before = ruleset();
        with(first, map(8080, 80, "tcp", ""), map(53, 53, "udp", "192.0.2.1")).add(one);

        TestNetwork bare = TestNetwork.portmap("net");
        assertThat(bare.call("DEL", one, "").code()).isZero();
        assertThat(bare.call("DEL", one, "").code()).isZero();

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void rulesOfTheReference_goWithTheAttachmentThatTheyLeadTo() {
        String table = "table ip cni_hostport { chain hostports {"
                + " tcp dport 80 dnat to 10.1.0.2:80 comment \"pod-one\";"
                + " tcp dport 81 dnat to 10.9.0.2:80 comment \"pod-one\";"
                + " ip daddr 192.0.2.1 udp dport 82 dnat to 10.1.0.2:80 comment \"pod-two\"; }\n"
                + " chain masquerading {"
                + " ip saddr 10.1.0.2 ip daddr 10.1.0.2 masquerade comment \"pod-one\"; }\n}\n";
        witness.runWith(table, "nft", "-f", "-");

        TestNetwork.portmap("net").del(one);
        assertThat(ruleset()).contains("dport 80");
        first.del(one);

        assertThat(ruleset())
                .doesNotContain("dport 80", "saddr 10.1.0.2")
                .contains("dport 81", "dport 82");
        first.del(one);
    }

    @Test
    void gc_keepsTheValidOnes() {
        with(second, map(9090, 90, "tcp", "")).add(two);
        String before = ruleset();
        with(first, map(8080, 80, "tcp", "")).add(one);

        TestNetwork.portmap("other").gc();
        assertThat(elements("ports4")).contains("8080");
        TestNetwork.portmap("net").gc(two);

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void noMapping_changesNothing() {
        assertThat(first.add(one).text()).contains("10.1.0.2/24");

        assertThat(ruleset()).doesNotContain("culvert_portmap");
        first.del(one);
        assertThat(TestNetwork.portmap("net").call("STATUS").code()).isZero();
        assertThat(ruleset()).doesNotContain("culvert_portmap");
    }

    @Test
    void thousandsOfMappings_comeAndGo_andAnotherCostsTheSame() {
        FfmLibc libc = new FfmLibc();
        with(second, map(1, 1, "tcp", "")).add(two);
        FaultLibc alone = new FaultLibc(libc);
        with(second, map(1, 1, "tcp", "")).over(alone.libc()).add(two);
        String before = ruleset();
        String[] many = IntStream.rangeClosed(10_001, 15_000)
                .mapToObj(port -> map(port, port, "tcp", ""))
                .toArray(String[]::new);
        TestNetwork network = with(first, many);

        network.add(one);

        assertThat(network.call("CHECK", one).code()).isZero();
        FaultLibc crowded = new FaultLibc(libc);
        with(second, map(1, 1, "tcp", "")).over(crowded.libc()).add(two);
        assertThat(crowded.calls()).hasSameSizeAs(alone.calls());
        network.del(one);
        assertThat(ruleset()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "runtimeConfig|{'portMappings':[{'hostPort':0,'containerPort':80}]}"
                        + "|runtimeConfig.portMappings[0].hostPort: Invalid host port number: 0",
                "runtimeConfig|{'portMappings':[{'hostPort':65536,'containerPort':80}]}"
                        + "|Invalid host port number: 65536",
                "runtimeConfig|{'portMappings':[{'hostPort':80}]}|Invalid container port number: 0",
                "runtimeConfig|{'portMappings':[{'hostPort':80,'containerPort':80,'protocol':'icmp'}]}"
                        + "|portMappings[0].protocol: \"icmp\" is none of tcp, udp and sctp",
                "runtimeConfig|{'portMappings':[{'hostPort':80,'containerPort':80,'hostIP':'x'}]}"
                        + "|portMappings[0].hostIP",
                "runtimeConfig|{'portMappings':[{'hostPort':80,'containerPort':80},"
                        + "{'hostPort':80,'containerPort':81}]}"
                        + "|portMappings[1]: host port 80 leads to container port 80 already",
                "backend|'iptables'|the iptables backend is not there yet",
                "backend|'ebpf'|unrecognized backend \"ebpf\"",
                "markMasqBit|32|must be between 0 and 31",
                "externalSetMarkChain|'KUBE-MARK-MASQ'|externalSetMarkChain",
                "conditionsV4|['!','-s','192.0.2.0/24']|conditionsV4: the syntax is that of iptables",
                "conditionsV6|['ip6','saddr','::1']|conditionsV6",
            })
    void impossible_isRefusedByName(String key, String json, String words) {
        TestNetwork network = first.with(key, json.replace('\'', '"'));

        Refusal refusal = network.refused("ADD", one);

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).contains(words);
        assertThat(network.call("DEL", one).code()).isZero();
    }

    @Test
    void everyProblem_isNamed() {
        Refusal refusal =
                with(first, map(0, 0, "x", "")).with("markMasqBit", "-1").refused("ADD", one);

        assertThat(refusal.msg().split("; ")).hasSize(4);
    }

    @Test
    void addWithoutAResult_isRefused() {
        TestNetwork network = with(TestNetwork.portmap("net"), map(80, 80, "tcp", ""));

        assertThat(network.refused("ADD", one).code()).isEqualTo(7);
    }
}
