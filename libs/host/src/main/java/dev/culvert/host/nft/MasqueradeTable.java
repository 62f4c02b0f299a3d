// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;

import java.util.List;

/**
 * Our one table for masquerading, and who owns what in it. Design notes:
 *
 * <pre>
 * table inet culvert_masquerade {
 *   map owners4 { type ifname . mark : ipv4_addr
 *     elements = { "vethabcdefghijk" . 0 comment "/16 of 1 culvert DIGESTS NETWORK ID IFNAME" : 10.1.0.5 } }
 *   map owners6 { type ifname . mark : ipv6_addr }
 *   set addresses4-16 { type ipv4_addr
 *     elements = { 10.1.0.5 comment "vethabcdefghijk" } }
 *   set subnets4-16 { type ipv4_addr . ipv4_addr
 *     elements = { 10.1.0.5 . 10.1.0.0 } }
 *   chain postrouting4-16 { type nat hook postrouting priority srcnat
 *     ip daddr 224.0.0.0/4 return
 *     ip saddr @addresses4-16 ip saddr . ip daddr &amp; 255.255.0.0 != @subnets4-16 masquerade }
 * }
 * </pre>
 *
 * <p>Nothing in it belongs to a network: there is a chain for each length of prefix in use, and a
 * host has one or two. An attachment is elements alone, so its cost does not grow with the
 * attachments or the networks of the host, neither for a change nor for a packet, and what is gone
 * costs nothing.
 *
 * <p>The map makes removal possible from the mark alone: the key is the host link's name and a
 * number, the comment tells the prefix length, how many addresses the owner has, and the mark.
 * "mark" is merely nft's type for a number of 32 bits; "integer" cannot be declared.
 *
 * <p>What holds at all times, since all change in one transaction: an owner's element exists
 * exactly if its address is in the set and is that owner's. An address that comes again under a new
 * owner is taken from the old one first, so a later removal by the old owner finds nothing and does
 * no harm.
 *
 * @see MasqueradeLane the sets and the chain of a prefix length
 */
final class MasqueradeTable {
    static final Table TABLE = Table.named(Family.INET, "culvert_masquerade")
            .withComment("made by Culvert: masquerades containers' addresses");

    private static final KeyType OWNER = KeyType.of(DataType.IFNAME, DataType.MARK);

    private MasqueradeTable() {}

    /** The map of owners of a family. */
    static NftSet owners(boolean ipv4) {
        return NftSet.mapToAddresses(TABLE, ipv4 ? "owners4" : "owners6", OWNER, ipv4);
    }

    /** The maps of owners. */
    static List<NftSet> maps() {
        return List.of(owners(true), owners(false));
    }

    static Value ownerKey(String hostLinkName, int ordinal) {
        return Value.concat(Value.ifname(hostLinkName), Value.u32(ordinal));
    }
}
