// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.netlink.NftTransaction;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Hook;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;

import java.util.Collection;
import java.util.List;

/**
 * Our one table for forwarded ports, and who owns what in it. Design notes:
 *
 * <pre>
 * table inet culvert_portmap {
 *   map owners4 { type ifname . mark : ipv4_addr . inet_proto . inet_service . ipv4_addr . inet_service
 *     elements = { "vethabcdefghijk" . 0 comment "1 own/24 culvert DIGESTS NETWORK ID IFNAME"
 *                  : 0.0.0.0 . tcp . 8080 . 10.1.0.5 . 80 } }
 *   map ports4 { type inet_proto . inet_service : ipv4_addr . inet_service
 *     elements = { tcp . 8080 comment "vethabcdefghijk" : 10.1.0.5 . 80 } }
 *   map hostports4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service }
 *   set sources4-24 { type ipv4_addr . ipv4_addr
 *     elements = { 10.1.0.0 . 10.1.0.5 comment "vethabcdefghijk" } }
 *   (the same with 6, and sources of other lengths)
 * }
 * </pre>
 *
 * <p>A packet costs one lookup of its port with its address and one without, however many ports
 * there are. An attachment is elements alone, so that a change costs the same on any host.
 *
 * <p>The map of owners makes removal possible from the mark alone: the key is the host link's name
 * and a number, the data all of the mapping. The first one's comment tells how many mappings of the
 * family there are, whose source is masqueraded, and the mark.
 *
 * <p>What holds at all times, since both change in one transaction: an owner's element exists
 * exactly if its port is in the maps, and is that owner's.
 *
 * @see PortmapRules the rules that look the port up
 * @see PortmapLane the sets and chains of sources
 */
final class PortmapTable {
    static final Table TABLE = Table.named(Family.INET, "culvert_portmap")
            .withComment("made by Culvert: forwards host ports to containers");

    private static final KeyType OWNER = KeyType.of(DataType.IFNAME, DataType.MARK);

    private PortmapTable() {}

    private static DataType address(boolean ipv4) {
        return ipv4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR;
    }

    private static String name(String what, boolean ipv4) {
        return what + (ipv4 ? "4" : "6");
    }

    private static NftSet map(String what, boolean ipv4, KeyType key) {
        return NftSet.map(
                TABLE, name(what, ipv4), key, KeyType.of(address(ipv4), DataType.INET_SERVICE));
    }

    /** The map of owners of a family: the data are the mapping. */
    static NftSet owners(boolean ipv4) {
        DataType address = address(ipv4);
        return NftSet.map(
                TABLE,
                name("owners", ipv4),
                OWNER,
                KeyType.of(
                        address,
                        DataType.INET_PROTO,
                        DataType.INET_SERVICE,
                        address,
                        DataType.INET_SERVICE));
    }

    /** Ports of all of this host's addresses. */
    static NftSet ports(boolean ipv4) {
        return map("ports", ipv4, KeyType.of(DataType.INET_PROTO, DataType.INET_SERVICE));
    }

    /** Ports of single addresses. */
    static NftSet hostports(boolean ipv4) {
        return map(
                "hostports",
                ipv4,
                KeyType.of(address(ipv4), DataType.INET_PROTO, DataType.INET_SERVICE));
    }

    static Value ownerKey(String hostLinkName, int ordinal) {
        return Value.concat(Value.ifname(hostLinkName), Value.u32(ordinal));
    }

    /** Where what arrives is looked up. */
    static Chain translate() {
        return Chain.named(TABLE, "translate");
    }

    private static Chain base(String type, int hook, String name, int priority) {
        return Chain.named(TABLE, name).withHook(Hook.of(type, hook, priority));
    }

    /** The chain that base chains jump to, and these; without those of lanes. */
    static List<Chain> chains() {
        return List.of(
                translate(),
                base("nat", Hook.PREROUTING, "prerouting", Hook.PRIORITY_DSTNAT),
                base("nat", Hook.OUTPUT, "output", Hook.PRIORITY_DSTNAT),
                base("filter", Hook.PREROUTING, "guard", Hook.PRIORITY_RAW));
    }

    /** Adds what may be there already; returns the change that makes the first chain for NAT. */
    static NftTransaction.Entry shape(NftTransaction nft, Collection<PortmapLane> lanes) {
        nft.add(TABLE);
        for (boolean ipv4 : new boolean[] {true, false}) {
            nft.add(owners(ipv4));
            nft.add(ports(ipv4));
            nft.add(hostports(ipv4));
        }
        nft.add(translate());
        NftTransaction.Entry nat = nft.add(chains().get(1));
        chains().subList(2, chains().size()).forEach(nft::add);
        for (Chain chain : chains()) {
            fill(nft, chain, PortmapRules.of(chain));
        }
        for (PortmapLane lane : lanes) {
            nft.add(lane.sources());
            nft.add(lane.chain());
            fill(nft, lane.chain(), lane.rules());
        }
        return nat;
    }

    private static void fill(NftTransaction nft, Chain chain, List<Rule> rules) {
        nft.flush(chain);
        rules.forEach(nft::add);
    }
}
