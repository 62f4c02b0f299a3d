// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CHECK finds every tampering and nothing else, and changes nothing. */
@InNetns(mayLeave = true)
final class CheckTest {
    private static final String[] ROUTES = {"{\"dst\":\"0.0.0.0/0\"}", "{\"dst\":\"::/0\"}",
        "{\"dst\":\"10.9.0.0/16\",\"priority\":7,\"mtu\":1400}", "{\"dst\":\"10.8.0.0/16\",\"table\":100}",
        "{\"dst\":\"10.7.0.0/16\",\"table\":0}", "{\"dst\":\"10.6.0.0/16\",\"scope\":253}",
        "{\"dst\":\"fd00:9::/64\",\"priority\":7}", "{\"dst\":\"fd00:8::/64\",\"table\":70000}"};

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

    private static void succeed(Answer answer) {
        assertThat(answer.output()).isEmpty();
        assertThat(answer.code()).isZero();
    }

    private TestNetwork added(TestNetwork network) {
        return network.withResult(network.add(pod));
    }

    /** What the tables below abbreviate. */
    private static String whole(String message) {
        return message.replace(" GONE", ": wanted present, found missing");
    }

    /** The network with every switch that leaves something to check. */
    private TestNetwork full(Kind kind) {
        TestNetwork network = kind.network("net").withRoutes(ROUTES).with("mtu", "1450");
        return kind == Kind.BRIDGE ? network.with("hairpinMode", "true").with("portIsolation", "true") : network;
    }

    @ParameterizedTest
    @EnumSource
    void untouchedAttachment_isFine(Kind kind) {
        TestNetwork network = added(full(kind));

        succeed(network.call("CHECK", pod));
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,0.4.0", "PTP,0.4.0", "BRIDGE,1.0.0", "PTP_PROXY_ARP,1.0.0"})
    void untouchedAttachmentOfAnOldVersion_isFine(Kind kind, String version) {
        TestNetwork network = added(full(kind).withVersion(version));

        succeed(network.call("CHECK", pod));
    }

    @ParameterizedTest
    @EnumSource
    void untouchedAttachmentWithMasquerade_isFine(Kind kind) {
        TestNetwork network = kind.network("net").with("ipMasq", "true");

        succeed(added(kind == Kind.BRIDGE ? network.with("macspoofchk", "true") : network).call("CHECK", pod));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"promiscMode\":true", "\"isDefaultGateway\":true", "\"disableContainerInterface\":true",
            "\"mtu\":\"auto\""})
    void untouchedAttachmentOfEverySwitch_isFine(String member) {
        TestNetwork network = Kind.BRIDGE.network("net").without(member.contains("disable") ? "ipam" : "none");
        String[] parts = member.split("\"?:", 2);

        succeed(added(network.with(parts[0].substring(1), parts[1])).call("CHECK", pod));
    }

    @Test
    void layer2Attachment_isFine() {
        succeed(added(TestNetwork.bridge("net").with("bridge", "\"br0\"")).call("CHECK", pod));
    }

    @Test
    void equalRoutesThroughTwoGateways_areBothFound() {
        TestNetwork network = added(Kind.BRIDGE.network("net").withRoutes(
                "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.7\"}", "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.8\"}",
                "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::7\"}", "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::8\"}"));

        succeed(network.call("CHECK", pod));
        pod.ip().run("-6 route del fd00:9::/64 via fd00:1::7");
        assertThat(network.refused("CHECK", pod).msg()).contains("route fd00:9::/64 via fd00:1::7");
    }

    @Test
    void anotherAttachmentOfTheContainer_doesNotDisturb() {
        TestNetwork network = added(Kind.BRIDGE.network("net"));
        TestNetwork.bridge("other").with("bridge", "\"br0\"").add(pod.as("eth1"));

        succeed(network.call("CHECK", pod));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "addr del 10.1.0.2/24 dev eth0             | address 10.1.0.2/24 on link eth0 in NETNS GONE",
            "addr del fd00:1::2/64 dev eth0            | address fd00:1::2/64 on link eth0 in NETNS GONE",
            "route del default                         | route default via 10.1.0.1 on link eth0 in NETNS GONE",
            "-6 route del default                      | route default via fd00:1::1 on link eth0 in NETNS GONE",
            "route del 10.9.0.0/16                     | route 10.9.0.0/16 via 10.1.0.1 metric 7 mtu 1400 on link eth0 in NETNS GONE",
            "route del 10.8.0.0/16 table 100           | route 10.8.0.0/16 via 10.1.0.1 table 100 on link eth0 in NETNS GONE",
            "-6 route del fd00:8::/64 table 70000      | route fd00:8::/64 via fd00:1::1 table 70000 on link eth0 in NETNS GONE",
            "link set eth0 address 02:00:00:00:00:09   | link eth0 in NETNS address: wanted MAC, found 02:00:00:00:00:09"})
    void tamperingInTheContainer_isNamed(String words, String message) {
        TestNetwork base = full(Kind.BRIDGE);
        Attached attached = base.add(pod);
        pod.ip().run(words.strip());

        Refusal refusal = base.withResult(attached).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).isEqualTo(whole(message).replace("NETNS", pod.path())
                .replace("MAC", attached.mac("eth0")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "link set HOST down                                | link HOST state: wanted up, found down",
            "link set HOST nomaster                            | link HOST master: wanted br0, found none",
            "link set HOST type bridge_slave hairpin off       | link HOST hairpin: wanted on, found off",
            "link set HOST type bridge_slave isolated off      | link HOST isolated: wanted on, found off",
            "link set HOST alias theirs                        | link HOST alias: wanted culvert ",
            "link del HOST                                     | link HOST: wanted present, found missing",
            "link set br0 down                                 | bridge br0 state: wanted up, found down",
            "addr del 10.1.0.1/24 dev br0                      | address 10.1.0.1/24 on bridge br0 GONE",
            "addr del fd00:1::1/64 dev br0                     | address fd00:1::1/64 on bridge br0 GONE"})
    void tamperingOnTheHost_isNamed(String words, String message) {
        TestNetwork network = added(full(Kind.BRIDGE));
        String link = network.hostLink(pod);
        host.run(words.strip().replace("HOST", link));

        Refusal refusal = network.refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).startsWith(whole(message).replace("HOST", link));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "PTP           | addr del 10.1.0.1/32 dev HOST      | address 10.1.0.1/32 on HOST GONE",
            "PTP           | route del 10.1.0.2/32 dev HOST     | route 10.1.0.2/32 on HOST GONE",
            "PTP           | -6 route del fd00:1::2/128 dev HOST | route fd00:1::2/128 on HOST GONE",
            "PTP           | link set HOST down                 | link HOST state: wanted up, found down",
            "PTP_PROXY_ARP | addr del fe80::1/128 dev HOST      | address fe80::1/128 on HOST GONE"})
    void tamperingWithTheHostEndOfAPair_isNamed(Kind kind, String words, String message) {
        TestNetwork network = added(kind.network("net"));
        String link = network.hostLink(pod);
        host.run(words.replace("HOST", link));

        Refusal refusal = network.refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).isEqualTo(whole(message).replace("HOST", link));
    }

    @Test
    void linkThatIsDownInTheContainer_isNamed() {
        TestNetwork network = added(TestNetwork.bridge("net").with("bridge", "\"br0\""));
        pod.ip().run("link set eth0 down");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("link eth0 in " + pod.path() + " state: wanted up, found down");
    }

    @Test
    void forgottenGateway_isNamedInTheProxyArpStyle() {
        TestNetwork network = added(Kind.PTP_PROXY_ARP.network("net"));
        pod.ip().run("neigh del 169.254.1.1 dev eth0");

        assertThat(network.refused("CHECK", pod).msg()).startsWith("neighbour 169.254.1.1 on link eth0");
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,net/ipv4/ip_forward", "PTP,net/ipv6/conf/all/forwarding"})
    void forwardingThatWasSwitchedOff_isNamed(Kind kind, String key) {
        TestNetwork network = added(kind.network("net"));
        host.sysctl(key, "0");

        assertThat(network.refused("CHECK", pod).msg()).isEqualTo("sysctl " + key + ": wanted 1, found 0");
    }

    @Test
    void removedMasquerade_isNamed() {
        TestNetwork network = added(Kind.BRIDGE.network("net").with("ipMasq", "true"));
        host.witness().run("nft", "flush", "ruleset");

        assertThat(network.refused("CHECK", pod).code()).isEqualTo(105);
    }

    @ParameterizedTest
    @EnumSource
    void deletedLink_isNamed(Kind kind) {
        TestNetwork network = added(kind.network("net"));
        pod.ip().run("link del eth0");

        Refusal refusal = network.refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains("link", "wanted present, found missing");
    }

    @Test
    void interfaceThatIsNotOurPeer_isNamed() {
        TestNetwork network = added(TestNetwork.bridge("net").with("bridge", "\"br0\""));
        pod.ip().batch("link set eth0 down\nlink set eth0 name old\nlink add eth0 type veth peer name x\n"
                + "link set eth0 up\n");

        assertThat(network.refused("CHECK", pod).msg()).isEqualTo("link eth0 in " + pod.path()
                + ": wanted the peer of " + network.hostLink(pod) + ", found another link");
    }

    @Test
    void lostLease_isTheIpamsToReport() {
        TestNetwork network = added(Kind.BRIDGE.network("net"));
        Kind.BRIDGE.network("net").del(pod);
        network.del(pod);

        assertThat(network.refused("CHECK", pod).msg()).isEqualTo("pod-a/eth0 on net: no lease");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "`null`                                                         | 7   | prevResult: missing",
            "`{\"interfaces\":[]}`                                          | 105 | prevResult: no interface eth0",
            "`{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/other\"}]}` | 105 | prevResult: no interface eth0",
            "`{\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"x\",\"sandbox\":\"NETNS\"}]}` | 6 | prevResult: interface eth0: inv",
            "`{\"interfaces\":7}`                                           | 6   | read result: prevResult.interfaces"})
    void unusableResult_isTheError(String result, int code, String message) {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);

        Refusal refusal = network.with("prevResult", result.replace("NETNS", pod.path())).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.msg()).startsWith(message);
    }

    @Test
    void resultWithoutAGateway_isNoAttachmentOfPtp() {
        TestNetwork network = Kind.PTP.network("net");
        network.add(pod);

        Refusal refusal = network.with("prevResult", "{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"" + pod.path()
                + "\"}],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":0}]}").refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains("prevResult", "10.1.0.2/24", "gateway");
    }
}
