// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.net.IfAddr;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** CHECK finds every tampering and nothing else, and changes nothing. */
@InNetns(mayLeave = true)
final class CheckTest {
    private static final String[] ROUTES = {
        "{\"dst\":\"0.0.0.0/0\"}",
        "{\"dst\":\"::/0\"}",
        "{\"dst\":\"10.9.0.0/16\",\"priority\":7,\"mtu\":1400}",
        "{\"dst\":\"10.8.0.0/16\",\"table\":100}",
        "{\"dst\":\"10.7.0.0/16\",\"table\":0}",
        "{\"dst\":\"10.6.0.0/16\",\"scope\":253}",
        "{\"dst\":\"fd00:9::/64\",\"priority\":7}",
        "{\"dst\":\"fd00:8::/64\",\"table\":70000}"
    };

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

    /** Runs ip with each of the commands, which are separated by semicolons. */
    private static void run(Ip place, String commands) {
        for (String words : commands.split(";")) {
            place.run(words.strip());
        }
    }

    /** What the tables below abbreviate. */
    private static String whole(String message) {
        return message.replace(" GONE", ": wanted present, found missing");
    }

    /** The network with every switch that leaves something to check. */
    private TestNetwork full(Kind kind) {
        TestNetwork network = kind.network("net").withRoutes(ROUTES).with("mtu", "1450");
        return kind == Kind.BRIDGE
                ? network.with("hairpinMode", "true").with("portIsolation", "true")
                : network;
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
        succeed(added(kind.network("net").with("ipMasq", "true")).call("CHECK", pod));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"promiscMode\":true",
                "\"isDefaultGateway\":true",
                "\"disableContainerInterface\":true",
                "\"mtu\":\"auto\""
            })
    void untouchedAttachmentOfEverySwitch_isFine(String member) {
        TestNetwork network =
                Kind.BRIDGE.network("net").without(member.contains("disable") ? "ipam" : "none");
        String[] parts = member.split("\"?:", 2);

        succeed(added(network.with(parts[0].substring(1), parts[1])).call("CHECK", pod));
    }

    @Test
    void layer2Attachment_isFine() {
        succeed(added(TestNetwork.bridge("net").with("bridge", "\"br0\"")).call("CHECK", pod));
    }

    @Test
    void equalRoutesThroughTwoGateways_areBothFound() {
        TestNetwork network = added(Kind.BRIDGE
                .network("net")
                .withRoutes(
                        "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.7\"}",
                                "{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.0.8\"}",
                        "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::7\"}",
                                "{\"dst\":\"fd00:9::/64\",\"gw\":\"fd00:1::8\"}"));

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
    @CsvSource(
            delimiter = '|',
            value = {
                "addr del 10.1.0.2/24 dev eth0             | address 10.1.0.2/24 on link eth0 in NETNS GONE",
                "addr del fd00:1::2/64 dev eth0            | address fd00:1::2/64 on link eth0 in NETNS GONE",
                "route del default                         | route default via 10.1.0.1 on link eth0 in NETNS GONE",
                "-6 route del default                      | route default via fd00:1::1 on link eth0 in NETNS GONE",
                "route del 10.9.0.0/16                     | route 10.9.0.0/16 via 10.1.0.1 metric 7 mtu 1400 on link eth0 in NETNS GONE",
                "route del 10.8.0.0/16 table 100           | route 10.8.0.0/16 via 10.1.0.1 table 100 on link eth0 in NETNS GONE",
                "-6 route del fd00:8::/64 table 70000      | route fd00:8::/64 via fd00:1::1 table 70000 on link eth0 in NETNS GONE",
                "link set eth0 address 02:00:00:00:00:09   | link eth0 in NETNS address: wanted MAC, found 02:00:00:00:00:09",
                "link set eth0 mtu 1400                    | link eth0 in NETNS mtu: wanted 1450, found 1400",
                "route del default; route add default via 10.1.0.7 dev eth0 table 100 | route default via 10.1.0.1 on link eth0 in NETNS GONE",
                "route del 10.8.0.0/16 table 100; route add 10.8.0.0/16 via 10.1.0.1 dev eth0 | route 10.8.0.0/16 via 10.1.0.1 table 100 on link eth0 in NETNS GONE"
            })
    void tamperingInTheContainer_isNamed(String words, String message) {
        TestNetwork base = full(Kind.BRIDGE);
        Attached attached = base.add(pod);
        run(pod.ip(), words);

        Refusal refusal = base.withResult(attached).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg())
                .isEqualTo(whole(message)
                        .replace("NETNS", pod.path())
                        .replace("MAC", attached.mac("eth0")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "link set HOST down                                | link HOST state: wanted up, found down",
                "link set HOST nomaster                            | link HOST master: wanted br0, found none",
                "link set HOST type bridge_slave hairpin off       | link HOST hairpin: wanted on, found off",
                "link set HOST type bridge_slave isolated off      | link HOST isolated: wanted on, found off",
                "link del HOST                                     | link HOST: wanted present, found missing",
                "link set HOST address 02:00:00:00:00:09           | link HOST address: wanted HOSTMAC, found 02:00:00:00:00:09",
                "link set HOST mtu 1400                            | link HOST mtu: wanted 1450, found 1400",
                "link set br0 address 02:00:00:00:00:09            | link br0 address: wanted BRMAC, found 02:00:00:00:00:09",
                "link del br0                                      | bridge br0 GONE",
                "link del br0; link add br0 type veth peer name br1 | link br0 kind: wanted bridge, found veth",
                "link set br0 down                                 | bridge br0 state: wanted up, found down",
                "addr del 10.1.0.1/24 dev br0                      | address 10.1.0.1/24 on bridge br0 GONE",
                "addr del fd00:1::1/64 dev br0                     | address fd00:1::1/64 on bridge br0 GONE"
            })
    void tamperingOnTheHost_isNamed(String words, String message) {
        TestNetwork base = full(Kind.BRIDGE);
        Attached attached = base.add(pod);
        String link = base.hostLink(pod);
        run(host, words.replace("HOST", link));

        Refusal refusal = base.withResult(attached).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg())
                .startsWith(whole(message)
                        .replace("HOSTMAC", attached.mac(link))
                        .replace("BRMAC", attached.mac("br0"))
                        .replace("HOST", link));
    }

    @Test
    void promiscuityThatWasSwitchedOff_isNamed() {
        TestNetwork network = added(Kind.BRIDGE.network("net").with("promiscMode", "true"));
        host.run("link set br0 promisc off");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("bridge br0 promiscuous mode: wanted on, found off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set HOST type bridge_slave hairpin on",
                "link set HOST type bridge_slave isolated on",
                "link set HOST promisc on",
                "link set br0 promisc on"
            })
    void whatOthersSwitchedOn_isNoDifference(String words) {
        TestNetwork network = added(Kind.BRIDGE.network("net"));
        run(host, words.replace("HOST", network.hostLink(pod)));

        succeed(network.call("CHECK", pod));
    }

    @Test
    void mtuOfTheBridge_isEverybodysToSet() {
        TestNetwork network = added(full(Kind.BRIDGE));
        host.run("link set br0 mtu 1400");

        succeed(network.call("CHECK", pod));
    }

    @ParameterizedTest
    @CsvSource({"\"auto\"", "0"})
    void mtuThatTheConfigurationLeavesOpen_mayChange(String mtu) {
        TestNetwork network = added(Kind.BRIDGE.network("net").with("mtu", mtu));
        run(host, "link set " + network.hostLink(pod) + " mtu 1400");
        run(pod.ip(), "link set eth0 mtu 1400");

        succeed(network.call("CHECK", pod));
    }

    @ParameterizedTest
    @EnumSource
    void mtuInAnOldResult_isTheConfigurations(Kind kind) {
        TestNetwork network = added(kind.network("net").with("mtu", "1450").withVersion("0.4.0"));
        pod.ip().run("link set eth0 mtu 1400");

        assertThat(network.refused("CHECK", pod).msg()).endsWith(" mtu: wanted 1450, found 1400");
    }

    @ParameterizedTest
    @EnumSource
    void mtuThatALaterPluginChanged_isTheResults(Kind kind) {
        TestNetwork network = kind.network("net").with("mtu", "1450");
        String text = network.add(pod).text();
        int last = text.lastIndexOf("1450");
        TestNetwork changed = network.with(
                "prevResult", text.substring(0, last) + "1400" + text.substring(last + 4));
        pod.ip().run("link set eth0 mtu 1400");

        succeed(changed.call("CHECK", pod));
    }

    @ParameterizedTest
    @EnumSource
    void addressesOfLinksInOtherLetters_areTheSame(Kind kind) {
        TestNetwork network = kind.network("net");
        Attached attached = network.add(pod);
        String text = attached.text();
        for (CniInterface link : attached.result().interfaces()) {
            text = text.replace(link.mac(), link.mac().toUpperCase(Locale.ROOT).replace(':', '-'));
        }
        assertThat(text).isNotEqualTo(attached.text());

        succeed(network.with("prevResult", text).call("CHECK", pod));
    }

    /** Nobody pins the address of a bridge that somebody else made and that has no gateway. */
    @Test
    void bridgeThatFollowsItsPorts_mayHaveAnotherAddress() {
        host.run("link add br0 type bridge");
        TestNetwork network = TestNetwork.bridge("net").with("bridge", "\"br0\"");
        Attached attached = network.add(pod);
        run(host, "link add port0 address 00:00:00:00:00:01 master br0 type veth peer name port1");
        assertThat(host.link("br0").text("address")).isNotEqualTo(attached.mac("br0"));

        succeed(network.withResult(attached).call("CHECK", pod));
    }

    @ParameterizedTest
    @EnumSource
    void resultWithTheContainersInterfaceAlone_isEnough(Kind kind) {
        TestNetwork network = kind.network("net").with("mtu", "1450");
        CniResult full = network.add(pod).result();
        CniResult less = full.withInterfaces(List.of(full.interfaces().getLast()))
                .withIps(full.ips().stream().map(ip -> ip.onInterface(0)).toList());
        TestNetwork asked =
                network.with("prevResult", less.encode(CniVersion.LATEST).compact());

        succeed(asked.call("CHECK", pod));
        run(host, "link set " + network.hostLink(pod) + " mtu 1400");
        assertThat(asked.refused("CHECK", pod).msg()).endsWith(" mtu: wanted 1450, found 1400");
    }

    /** As sbr and vrf leave it. */
    @ParameterizedTest
    @EnumSource
    void routesThatALaterPluginMoved_areFound(Kind kind) {
        TestNetwork network =
                kind == Kind.PTP_PROXY_ARP ? kind.network("net").withRoutes() : kind.network("net");
        Attached attached = network.add(pod);
        CniResult result = attached.result();
        for (CniIp ip : result.ips()) {
            String all = ip.address().isIpv4() ? "0.0.0.0/0" : "::/0";
            run(
                    pod.ip(),
                    "route del " + all + " dev eth0; route add " + all + " via "
                            + ip.gateway().orElseThrow() + " dev eth0 table 70001");
        }
        assertThat(pod.ip().routes()).noneMatch(route -> route.startsWith("default"));

        succeed(network.withResult(attached).call("CHECK", pod));
    }

    @ParameterizedTest
    @EnumSource
    void attachmentOfIpv6Alone_isFineUntilItsAddressGoes(Kind kind) {
        host.sysctl("net/ipv4/ip_forward", "0");
        TestNetwork network = added(kind.network("net")
                .with("ipMasq", "true")
                .withIps("fd00:1::2/64 via fd00:1::1")
                .withRoutes("{\"dst\":\"::/0\"}"));

        succeed(network.call("CHECK", pod));
        pod.ip().run("addr flush dev eth0 scope global");
        assertThat(network.refused("CHECK", pod).msg())
                .startsWith("address fd00:1::2/")
                .endsWith("found missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PTP           | addr del 10.1.0.1/32 dev HOST      | address 10.1.0.1/32 on HOST GONE",
                "PTP           | route del 10.1.0.2/32 dev HOST     | route 10.1.0.2/32 on HOST GONE",
                "PTP           | -6 route del fd00:1::2/128 dev HOST | route fd00:1::2/128 on HOST GONE",
                "PTP_PROXY_ARP | route del 10.1.0.2/32 dev HOST     | route 10.1.0.2/32 on HOST GONE",
                "PTP           | link set HOST mtu 1400             | link HOST mtu: wanted 1450, found 1400",
                "PTP           | link set HOST down                 | link HOST state: wanted up, found down",
                "PTP_PROXY_ARP | addr del fe80::1/128 dev HOST      | address fe80::1/128 on HOST GONE"
            })
    void tamperingWithTheHostEndOfAPair_isNamed(Kind kind, String words, String message) {
        TestNetwork network = added(kind.network("net").with("mtu", "1450"));
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

        assertThat(network.refused("CHECK", pod).msg())
                .startsWith("neighbour 169.254.1.1 on link eth0");
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,net/ipv4/ip_forward", "PTP,net/ipv6/conf/all/forwarding"})
    void forwardingThatWasSwitchedOff_isNamed(Kind kind, String key) {
        TestNetwork network = added(kind.network("net"));
        host.sysctl(key, "0");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("sysctl " + key + ": wanted 1, found 0");
    }

    @ParameterizedTest
    @CsvSource({"proxy_arp,conf,0,1", "proxy_delay,neigh,80,0"})
    void settingOfTheProxy_isNamed(String name, String folder, String other, String wanted) {
        TestNetwork network = added(Kind.PTP_PROXY_ARP.network("net"));
        String key = "net/ipv4/" + folder + "/" + network.hostLink(pod) + "/" + name;
        host.sysctl(key, other);

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("sysctl " + key + ": wanted " + wanted + ", found " + other);
    }

    static Stream<Arguments> masquerades() {
        return Stream.of(Kind.BRIDGE, Kind.PTP, Kind.PTP_PROXY_ARP)
                .flatMap(kind -> Stream.of(
                        Arguments.of(
                                kind,
                                "flush ruleset",
                                "chain inet culvert_masquerade postrouting4-"),
                        Arguments.of(
                                kind,
                                "flush set inet culvert_masquerade SET",
                                "address 10.1.0.2 in set inet culvert_masquerade "),
                        Arguments.of(
                                kind,
                                "flush map inet culvert_masquerade owners6",
                                kind == Kind.PTP_PROXY_ARP
                                        ? "chain inet culvert_masquerade postrouting6-128 GONE"
                                        : "element in map inet culvert_masquerade owners6"),
                        Arguments.of(
                                kind,
                                "flush chain inet culvert_masquerade CHAIN",
                                "rule in chain inet culvert_masquerade postrouting4-")));
    }

    @ParameterizedTest
    @MethodSource("masquerades")
    void removedMasquerade_isNamed(Kind kind, String words, String message) {
        TestNetwork network = added(kind.network("net").with("ipMasq", "true"));
        String table = host.witness().run("nft", "list", "table", "inet", "culvert_masquerade");
        String set = table.replaceAll("(?s).*set (addresses4-\\S+) .*", "$1");
        String chain = set.replace("addresses", "postrouting");
        host.witness().run(("nft " + words.replace("SET", set).replace("CHAIN", chain)).split(" "));

        Refusal refusal = network.refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).startsWith(whole(message));
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
        pod.ip()
                .batch(
                        "link set eth0 down\nlink set eth0 name old\nlink add eth0 type veth peer name x\n"
                                + "link set eth0 up\n");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("link eth0 in " + pod.path() + ": wanted the peer of "
                        + network.hostLink(pod) + ", found another link");
    }

    @Test
    void lostLease_isTheIpamsToReport() {
        TestNetwork network = added(Kind.BRIDGE.network("net"));
        Kind.BRIDGE.network("net").del(pod);
        network.del(pod);

        assertThat(network.refused("CHECK", pod).msg()).isEqualTo("pod-a/eth0 on net: no lease");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`null`                                                         | 7   | prevResult: missing",
                "`{\"interfaces\":[]}`                                          | 105 | prevResult: no interface eth0",
                "`{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"/other\"}]}` | 105 | prevResult: no interface eth0",
                "`{\"interfaces\":[{\"name\":\"eth1\",\"sandbox\":\"NETNS\"}]}`  | 105 | prevResult: no interface eth0",
                "`{\"interfaces\":[{\"name\":\"br0\",\"mac\":\"x\"},ETH0]}`            | 6   | prevResult: interface br0: inv",
                "`{\"interfaces\":[ETH0],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":1}]}`  | 6 | prevResult: address 10.1.0.2/24: there is no interface 1",
                "`{\"interfaces\":[ETH0],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":-1}]}` | 6 | prevResult: address 10.1.0.2/24: there is no interface -1",
                "`{\"interfaces\":[ETH0],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":-2}]}` | 6 | read result: prevResult.ips[0].interface",
                "`{\"interfaces\":[{\"name\":\"eth0\",\"mac\":\"x\",\"sandbox\":\"NETNS\"}]}` | 6 | prevResult: interface eth0: inv",
                "`{\"interfaces\":7}`                                           | 6   | read result: prevResult.interfaces"
            })
    void unusableResult_isTheError(String result, int code, String message) {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.add(pod);

        Refusal refusal = network.with(
                        "prevResult",
                        result.replace("ETH0", "{\"name\":\"eth0\",\"sandbox\":\"NETNS\"}")
                                .replace("NETNS", pod.path()))
                .refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.msg()).startsWith(message);
    }

    @Test
    void addressesOfOtherInterfaces_areNotOurs() {
        TestNetwork network = Kind.BRIDGE.network("net");
        CniResult result = network.add(pod).result();
        List<CniInterface> interfaces = new ArrayList<>(result.interfaces());
        interfaces.add(CniInterface.inSandbox("eth9", "", pod.path()));
        List<CniIp> ips = new ArrayList<>(result.ips());
        ips.add(CniIp.of(IfAddr.parse("10.9.0.9/24")).onInterface(interfaces.size() - 1));

        succeed(network.with(
                        "prevResult",
                        result.withInterfaces(interfaces)
                                .withIps(ips)
                                .encode(CniVersion.LATEST)
                                .compact())
                .call("CHECK", pod));
    }

    @Test
    void resultWithoutAGateway_isNoAttachmentOfPtp() {
        TestNetwork network = Kind.PTP.network("net");
        network.add(pod);

        Refusal refusal = network.with(
                        "prevResult",
                        "{\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\"" + pod.path()
                                + "\"}],\"ips\":[{\"address\":\"10.1.0.2/24\",\"interface\":0}]}")
                .refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains("prevResult", "10.1.0.2/24", "gateway");
    }
}
