// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.net.Subnet;
import dev.culvert.wire.golden.Golden;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.route.Address;
import dev.culvert.wire.route.Neighbour;
import dev.culvert.wire.route.Route;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Our values against what ip sends, both ways. */
class RtGoldenTest {
    private static final Mac MAC = Mac.parse("0a:00:00:00:00:01");
    private static final Optional<IpAddr> GATEWAY = Optional.of(IpAddr.parse("10.1.0.1"));

    private static <T> void same(
            String golden, T value, Function<NlReader, T> decode, BiConsumer<T, NlWriter> encode) {
        Golden file = Golden.read("rtnetlink/" + golden);

        assertThat(file.decode(0, decode)).isEqualTo(value);
        assertThat(file.encode(0, w -> encode.accept(value, w))).isEqualTo(file.show(0));
    }

    private static void sameLink(String golden, Link value) {
        same(golden, value, Link::decode, Link::encode);
    }

    private static void sameRoute(String golden, Route value) {
        same(golden, value, Route::decode, Route::encode);
    }

    @Test
    void bridge() {
        sameLink("link-bridge", Link.named("br0").withInfo(LinkInfo.Bridge.plain()));
        sameLink(
                "link-bridge-vlan",
                Link.named("br0")
                        .withInfo(new LinkInfo.Bridge(OptionalInt.of(1), OptionalInt.of(0))));
    }

    @Test
    void linkOnAnother() {
        sameLink(
                "link-ipvlan",
                Link.named("ipvlan0")
                        .withLinkIndex(4)
                        .withInfo(
                                new Ipvlan(Ipvlan.MODE_L3S, OptionalInt.of(Ipvlan.FLAG_PRIVATE))));
        sameLink(
                "link-vlan",
                Link.named("vlan0").withLinkIndex(4).withInfo(new Vlan(42, Vlan.TAG_8021AD)));
    }

    @Test
    void dummy() {
        sameLink(
                "link-dummy",
                Link.named("dummy0").withInfo(new LinkInfo.Unknown("dummy", new byte[0])));
    }

    @Test
    void vlansOfAPort() {
        int untagged = PortVlans.PVID | PortVlans.UNTAGGED;
        sameVlans("port-vlan", new PortVlans.Range(7, 7, untagged));
        sameVlans("port-vlans", new PortVlans.Range(100, 102, 0));
        sameVlans("port-vlans-delete", new PortVlans.Range(1, 4094, 0));
    }

    private static void sameVlans(String golden, PortVlans.Range range) {
        same(golden, new PortVlans(4, List.of(range)), PortVlans::decode, PortVlans::encode);
    }

    @Test
    void vethPair_isBornOnABridge() {
        Link peer = Link.named("eth0").withMac(MAC).withMtu(1400);
        sameLink(
                "link-veth",
                Link.named("veth0")
                        .withMtu(1400)
                        .withMaster(2)
                        .withInfo(new LinkInfo.Veth(Optional.of(peer))));
    }

    @Test
    void vethPair_hasItsPeerInAnotherNamespace() {
        int fd = Golden.read("rtnetlink/link-veth-netns")
                .decode(0, Link::decode)
                .info()
                .map(info ->
                        ((LinkInfo.Veth) info).peer().orElseThrow().netnsFd().orElseThrow())
                .orElseThrow();
        sameLink(
                "link-veth-netns",
                Link.named("veth0")
                        .withInfo(new LinkInfo.Veth(
                                Optional.of(Link.named("eth0").withNetnsFd(fd)))));
    }

    @Test
    void link_isChangedByIndex() {
        sameLink("link-up", Link.at(4).withFlag(Link.IFF_UP, true));
        sameLink("link-alias", Link.at(4).withAlias("hello"));
        sameLink("link-delete", Link.at(4));
    }

    @Test
    void bridgePort_isUnderstoodAsIpWritesIt() {
        // ip names a kind "bridge_slave", for which the kernel looks for a module; ours names the
        // master's kind.
        Golden golden = Golden.read("rtnetlink/link-port");

        Link port = golden.decode(0, Link::decode);

        assertThat(port.port()).contains(BridgePort.of(true, true));
        String ours = golden.encode(0, Link.at(4).withPort(BridgePort.of(true, true))::encode);
        assertThat(ours.lines().filter(line -> line.contains("IFLA_BRPORT")).toList())
                .isEqualTo(golden.show(0)
                        .lines()
                        .filter(line -> line.contains("IFLA_BRPORT"))
                        .toList());
    }

    @Test
    void address_ofBothFamilies() {
        same(
                "address4",
                Address.on(3, IfAddr.parse("10.1.0.2/24"), 0),
                Address::decode,
                Address::encode);
        same(
                "address6",
                Address.on(3, IfAddr.parse("fd00::2/64"), Address.IFA_F_NODAD),
                Address::decode,
                Address::encode);
        same(
                "address-delete",
                new Address(
                        3, 0, 0, IfAddr.parse("10.1.0.2/24"), Optional.empty(), Optional.empty()),
                Address::decode,
                Address::encode);
    }

    @Test
    void route_throughAGatewayOrOnTheLink() {
        sameRoute("route-gateway", Route.to(Subnet.parse("10.9.0.0/16"), 3, GATEWAY));
        sameRoute("route-link", Route.to(Subnet.parse("10.9.0.0/16"), 3, Optional.empty()));
        sameRoute(
                "route6",
                Route.to(Subnet.parse("fd09::/48"), 3, Optional.of(IpAddr.parse("fd00::1")))
                        .withProtocol(Route.PROTOCOL_STATIC));
    }

    @Test
    void route_withSourceMetricsTableAndOnlink() {
        sameRoute(
                "route-all",
                Route.to(Subnet.parse("0.0.0.0/0"), 3, Optional.of(IpAddr.parse("192.0.2.1")))
                        .withSource(IpAddr.parse("10.1.0.2"))
                        .withMetrics(5, 1400, 1360)
                        .withTable(1000)
                        .withOnlink(true));
    }

    @Test
    void routeDeletion_saysOnlyWhatIsSure() {
        sameRoute(
                "route-delete",
                new Route(
                        Subnet.parse("10.9.0.0/16"),
                        3,
                        Route.TABLE_MAIN,
                        0,
                        255,
                        0,
                        GATEWAY,
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        false));
    }

    @Test
    void neighbour_withAndWithoutHardwareAddress() {
        same(
                "neighbour",
                Optional.of(new Neighbour(
                        3,
                        Neighbour.NUD_PERMANENT,
                        0,
                        IpAddr.parse("10.1.0.1"),
                        Optional.of(Mac.parse("0a:00:00:00:00:09")))),
                Neighbour::decode,
                (value, w) -> value.get().encode(w));
        same(
                "neighbour-proxy",
                Optional.of(new Neighbour(
                        3,
                        Neighbour.NUD_PERMANENT,
                        Neighbour.NTF_PROXY,
                        IpAddr.parse("10.1.0.7"),
                        Optional.empty())),
                Neighbour::decode,
                (value, w) -> value.get().encode(w));
    }

    @Test
    void kernelsAnswers_areUnderstood() {
        Link link = Golden.read("rtnetlink/answer-link").decode(0, Link::decode);
        Address address = Golden.read("rtnetlink/answer-address").decode(0, Address::decode);
        Route route = Golden.read("rtnetlink/answer-route").decode(0, Route::decode);
        Optional<Neighbour> neighbour =
                Golden.read("rtnetlink/answer-neighbour").decode(0, Neighbour::decode);

        assertThat(link.name()).isEqualTo("veth0");
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.master()).hasValue(2);
        assertThat(link.linkIndex()).hasValue(3);
        assertThat(link.linkElsewhere()).isFalse();
        assertThat(link.isUp()).isTrue();
        assertThat(link.isOperational()).isTrue();
        assertThat(link.mtu()).hasValue(1500);
        assertThat(link.port()).contains(BridgePort.of(false, false));
        assertThat(address.address()).isEqualTo(IfAddr.parse("10.1.0.2/24"));
        assertThat(address.flags()).isEqualTo(Address.IFA_F_PERMANENT);
        assertThat(route.describe()).isEqualTo("default via 10.1.0.1 metric 5 mtu 1400");
        assertThat(neighbour.orElseThrow().mac()).contains(Mac.parse("0a:00:00:00:00:09"));
    }
}
