// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.golden;

import dev.culvert.wire.golden.Capture.Scene;
import dev.culvert.wire.nft.Nf;

import java.util.ArrayList;
import java.util.List;

/** What the goldens are captured from. */
final class Scenes {
    private static final int[] NFT = {Nf.NEWTABLE, Nf.DELSETELEM};
    private static final int[] LINK = {16, 19};

    private static final String MASQUERADE = """
            nft -f - <<'END'
            table inet culvert {
              map owners4 { type ifname . mark : ipv4_addr
                elements = { "veth0" . 0 comment "who" : 10.1.0.5 } }
              set n4 { type ipv4_addr; comment "net x"
                elements = { 10.1.0.5 comment "veth0" } }
              chain post { type nat hook postrouting priority srcnat
                ip saddr @n4 ip daddr != 10.1.0.0/16 masquerade comment "net x"
              }
            }
            END""";

    private Scenes() {}

    private static Scene sent(String name, String setup, String command) {
        return new Scene("nftables/" + name, true, NFT, setup, command);
    }

    private static Scene answer(String name, int type, String setup, String command) {
        return new Scene("nftables/" + name, false, new int[] {type, type}, setup, command);
    }

    private static Scene ip(String name, int first, int last, String setup, String command) {
        return new Scene("rtnetlink/" + name, true, new int[] {first, last}, setup, command);
    }

    private static Scene ipAnswer(String name, int type, String setup, String command) {
        return new Scene("rtnetlink/" + name, false, new int[] {type, type}, setup, command);
    }

    static List<Scene> all() {
        List<Scene> scenes = new ArrayList<>(nftables());
        scenes.addAll(rtnetlink());
        return scenes;
    }

    private static List<Scene> nftables() {
        String table = "nft add table inet t";
        String chain = table + "\nnft add chain inet t c";
        String set = table + "\nnft add set inet t s '{ type ipv4_addr; }'";
        return List.of(
                sent("table", "", "nft add table inet t '{ comment \"made by a test\"; }'"),
                sent("table-delete", table, "nft delete table inet t"),
                sent("chain-plain", table, "nft add chain inet t c"),
                sent(
                        "chain-base",
                        table,
                        "nft add chain inet t c '{ comment \"egress\"; type nat hook postrouting "
                                + "priority srcnat; policy accept; }'"),
                sent("chain-flush", chain, "nft flush chain inet t c"),
                sent("chain-delete", chain, "nft delete chain inet t c"),
                sent("set", table, "nft add set inet t s '{ type ipv4_addr; comment \"net x\"; }'"),
                sent("set6", table, "nft add set inet t s '{ type ipv6_addr; }'"),
                sent("set-delete", set, "nft delete set inet t s"),
                sent("map", table, "nft add map inet t m '{ type ifname . mark : ipv6_addr; }'"),
                sent("map-verdict", table, "nft add map inet t m '{ type ifname : verdict; }'"),
                sent(
                        "element",
                        set,
                        "nft add element inet t s '{ 10.1.0.5 comment \"veth0\", 10.1.0.6 }'"),
                sent("element-create", set, "nft create element inet t s '{ 10.1.0.5 }'"),
                sent(
                        "element-map",
                        table + "\nnft add map inet t m '{ type ifname . mark : ipv6_addr; }'",
                        "nft add element inet t m '{ \"veth0\" . 1 comment \"who\" : fd00::5 }'"),
                sent(
                        "element-verdict",
                        chain + "\nnft add map inet t m '{ type ifname : verdict; }'",
                        "nft add element inet t m '{ \"veth0\" : goto c }'"),
                sent(
                        "element-delete",
                        set + "\nnft add element inet t s '{ 10.1.0.5 }'",
                        "nft delete element inet t s '{ 10.1.0.5 }'"),
                sent("element-get", MASQUERADE, "nft get element inet culvert n4 '{ 10.1.0.5 }'"),
                sent(
                        "rule-masquerade",
                        set + "\nnft add chain inet t c",
                        "nft add rule inet t c ip saddr @s ip daddr "
                                + "!= 10.1.2.0/23 masquerade comment '\"net x, 10.1.2.0/23\"'"),
                sent(
                        "rule-masquerade6",
                        table + "\nnft add chain inet t c\nnft add set inet t s "
                                + "'{ type ipv6_addr; }'",
                        "nft add rule inet t c ip6 saddr @s ip6 daddr != fd00:1::/64 "
                                + "masquerade fully-random"),
                sent("rule-multicast", chain, "nft add rule inet t c ip daddr 224.0.0.0/4 return"),
                sent(
                        "rule-verdicts",
                        chain + "\nnft add chain inet t d",
                        "nft 'add rule inet t c accept; add rule inet t c drop; add rule inet t c return; "
                                + "add rule inet t c jump d; add rule inet t c goto d'"),
                sent("rule-counter", chain, "nft add rule inet t c oifname '\"eth0\"' counter"),
                sent(
                        "rule-vmap",
                        chain + "\nnft add map inet t m '{ type ifname : verdict; }'",
                        "nft add rule inet t c iifname vmap @m"),
                sent("rule-local", chain, "nft add rule inet t c fib daddr type local accept"),
                sent("rule-dnatted", chain, "nft add rule inet t c ct status dnat accept"),
                sent(
                        "rule-dnat",
                        chain + "\nnft add map inet t m "
                                + "'{ type inet_proto . inet_service : ipv4_addr . inet_service; }'",
                        "nft add rule inet t c meta nfproto ipv4 dnat ip to "
                                + "meta l4proto . th dport map @m"),
                sent("rule-unknown", chain, "nft add rule inet t c limit rate 10/second"),
                sent(
                        "rule-position",
                        chain + "\nnft add rule inet t c accept",
                        "nft add rule inet t c position 2 meta mark 0x10 drop"),
                sent(
                        "rule-delete",
                        chain + "\nnft add rule inet t c accept",
                        "nft delete rule inet t c handle 2"),
                answer("answer-chain", Nf.NEWCHAIN, MASQUERADE, "nft list chain inet culvert post"),
                answer("answer-rule", Nf.NEWRULE, MASQUERADE, "nft list chain inet culvert post"),
                answer("answer-set", Nf.NEWSET, MASQUERADE, "nft list table inet culvert"),
                answer(
                        "answer-element",
                        Nf.NEWSETELEM,
                        MASQUERADE,
                        "nft get element inet culvert owners4 " + "'{ \"veth0\" . 0 }'"),
                answer(
                        "answer-iptables",
                        Nf.NEWRULE,
                        "iptables-nft -t nat -N CNI-0123456789abcdef01234567\n"
                                + "iptables-nft -t nat -A CNI-0123456789abcdef01234567 -d 10.1.0.0/16 -j ACCEPT "
                                + "-m comment --comment 'name: \"x\" id: \"1\"'\n"
                                + "iptables-nft -t nat -A CNI-0123456789abcdef01234567 ! -d 224.0.0.0/4 -j MASQUERADE\n"
                                + "iptables-nft -t nat -A POSTROUTING -s 10.1.0.2 -j CNI-0123456789abcdef01234567",
                        "nft -a list table ip nat"));
    }

    private static List<Scene> rtnetlink() {
        String bridge = "ip link add br0 type bridge";
        String pair =
                bridge + "\nip link add veth0 type veth peer name eth0 address 0a:00:00:00:00:01\n"
                        + "ip link set veth0 master br0 up\nip link set eth0 up\nip link set br0 up";
        String address =
                pair + "\nip addr add 10.1.0.2/24 dev eth0\nip addr add fd00::2/64 dev eth0 nodad";
        return List.of(
                ip("link-bridge", LINK[0], LINK[0], "", "ip link add br0 type bridge"),
                ip(
                        "link-bridge-vlan",
                        LINK[0],
                        LINK[0],
                        "",
                        "ip link add br0 type bridge stp_state 0 vlan_filtering 1"),
                ip(
                        "link-veth",
                        LINK[0],
                        LINK[0],
                        bridge,
                        "ip link add mtu 1400 master br0 name veth0 type veth "
                                + "peer mtu 1400 address 0a:00:00:00:00:01 name eth0"),
                ip(
                        "link-veth-netns",
                        LINK[0],
                        LINK[0],
                        "",
                        "ip link add name veth0 type veth "
                                + "peer netns /proc/self/ns/net name eth0"),
                ip(
                        "link-ipvlan",
                        LINK[0],
                        LINK[0],
                        pair,
                        "ip link add link veth0 name ipvlan0 type ipvlan mode l3s private"),
                ip(
                        "link-vlan",
                        LINK[0],
                        LINK[0],
                        pair,
                        "ip link add link veth0 name vlan0 type vlan protocol 802.1ad id 42"),
                ip("link-dummy", LINK[0], LINK[0], "", "ip link add dummy0 type dummy"),
                ip("port-vlan", 19, 19, pair, "bridge vlan add vid 7 dev veth0 pvid untagged"),
                ip("port-vlans", 19, 19, pair, "bridge vlan add vid 100-102 dev veth0"),
                ip("port-vlans-delete", 17, 17, pair, "bridge vlan del vid 1-4094 dev veth0"),
                ip("link-alias", LINK[0], LINK[0], pair, "ip link set veth0 alias hello"),
                ip("link-up", LINK[0], LINK[0], pair, "ip link set veth0 up"),
                ip(
                        "link-port",
                        LINK[0],
                        LINK[0],
                        pair,
                        "ip link set veth0 type bridge_slave hairpin on isolated on"),
                ip("link-delete", 17, 17, pair, "ip link del veth0"),
                ip("address4", 20, 20, pair, "ip addr add 10.1.0.2/24 brd + dev eth0"),
                ip("address6", 20, 20, pair, "ip addr add fd00::2/64 dev eth0 nodad"),
                ip("address-delete", 21, 21, address, "ip addr del 10.1.0.2/24 dev eth0"),
                ip(
                        "route-gateway",
                        24,
                        24,
                        address,
                        "ip route add 10.9.0.0/16 via 10.1.0.1 dev eth0"),
                ip("route-link", 24, 24, address, "ip route add 10.9.0.0/16 dev eth0"),
                ip(
                        "route-all",
                        24,
                        24,
                        address,
                        "ip route add default via 192.0.2.1 src 10.1.0.2 metric 5 "
                                + "table 1000 dev eth0 mtu 1400 advmss 1360 onlink"),
                ip(
                        "route6",
                        24,
                        24,
                        address,
                        "ip -6 route add fd09::/48 via fd00::1 dev eth0 proto static"),
                ip(
                        "route-delete",
                        25,
                        25,
                        address + "\nip route add 10.9.0.0/16 via 10.1.0.1 dev eth0",
                        "ip route del 10.9.0.0/16 via 10.1.0.1 dev eth0"),
                ip(
                        "neighbour",
                        28,
                        28,
                        pair,
                        "ip neigh add 10.1.0.1 lladdr 0a:00:00:00:00:09 dev eth0 nud permanent"),
                ip("neighbour-proxy", 28, 28, pair, "ip neigh add proxy 10.1.0.7 dev eth0"),
                ipAnswer("answer-link", 16, pair, "ip link show dev veth0"),
                ipAnswer("answer-address", 20, address, "ip addr show dev eth0 scope global"),
                ipAnswer(
                        "answer-route",
                        24,
                        address + "\nip route add default via 10.1.0.1 dev eth0 metric 5 mtu 1400",
                        "ip route show default"),
                ipAnswer(
                        "answer-neighbour",
                        28,
                        pair + "\nip neigh add 10.1.0.1 lladdr 0a:00:00:00:00:09 dev eth0",
                        "ip neigh show dev eth0"));
    }
}
