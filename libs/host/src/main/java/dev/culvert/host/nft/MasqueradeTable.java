// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.base.Utf8;
import dev.culvert.net.IpAddr;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Hook;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.Nf;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;
import dev.culvert.wire.nft.Verdict;

import java.util.List;

/**
 * The names and values of our one table for masquerading. Design notes:
 *
 * <pre>
 * table inet culvert_masquerade {
 *   map owners4 { type ifname . mark : ipv4_addr
 *     elements = { "vethabcdefghijk" . 0 comment "net4-SET of 1 culvert DIGESTS NETWORK ID IFNAME" : 10.1.0.5 } }
 *   map owners6 { type ifname . mark : ipv6_addr }
 *   set net4-SET { type ipv4_addr; comment "culvert DIGEST NETWORK 10.1.0.0/16"
 *     elements = { 10.1.0.5 comment "vethabcdefghijk" } }
 *   chain postrouting { type nat hook postrouting priority srcnat
 *     ip daddr 224.0.0.0/4 return
 *     ip6 daddr ff00::/8 return
 *     ip saddr @net4-SET ip daddr != 10.1.0.0/16 masquerade comment "culvert DIGEST NETWORK 10.1.0.0/16" }
 * }
 * </pre>
 *
 * <p>Rules are static; an attachment is one element in its network's set and one in the map of
 * owners, so that its cost does not grow with the host (a rule for each attachment takes 3.2 ms a
 * change at 5,000, this 0.6). The map makes removal possible from the mark alone: the key is the
 * host link's name and a number, the comment tells the set, how many addresses the owner has, and
 * the mark. "mark" is merely nft's type for a number of 32 bits; "integer" cannot be declared.
 *
 * <p>What holds at all times, since both change in one transaction: an owner's element exists
 * exactly if its address is in the set and is that owner's. An address that comes again under a new
 * owner takes the old owner's element away, so a later removal by the old owner finds nothing and
 * does no harm.
 */
final class MasqueradeTable {
    static final Table TABLE = Table.named(Family.INET, "culvert_masquerade")
            .withComment("made by Culvert: masquerades containers' addresses");
    static final Chain CHAIN = Chain.named(TABLE, "postrouting")
            .withHook(Hook.of("nat", Hook.POSTROUTING, Hook.PRIORITY_SRCNAT));

    private static final KeyType OWNER = KeyType.of(DataType.IFNAME, DataType.MARK);
    private static final String IPV4_SET = "net4-";
    private static final String IPV6_SET = "net6-";

    private MasqueradeTable() {}

    /** The map of owners of a family. */
    static NftSet owners(boolean ipv4) {
        return NftSet.mapToAddresses(TABLE, ipv4 ? "owners4" : "owners6", OWNER, ipv4)
                .withId(ipv4 ? 1 : 2);
    }

    /** A network's set by its name, as elements of owners tell it. */
    static NftSet set(String name) {
        return NftSet.ofAddresses(TABLE, name, name.startsWith(IPV4_SET));
    }

    static String setName(boolean ipv4, String hash) {
        return (ipv4 ? IPV4_SET : IPV6_SET) + hash;
    }

    /** Whether a word from a comment is the name of a network's set. */
    static boolean isSetName(String word) {
        return word.startsWith(IPV4_SET) || word.startsWith(IPV6_SET);
    }

    static Value ownerKey(String hostLinkName, int ordinal) {
        return Value.concat(Value.ifname(hostLinkName), Value.u32(ordinal));
    }

    /** An address in a network's set. */
    static Element address(IpAddr address, String hostLinkName) {
        return Element.of(Value.of(address)).withComment(hostLinkName);
    }

    /** The rule that lets multicast pass as it is: first of the chain, for either family. */
    static Rule multicast(boolean ipv4) {
        // 224.0.0.0/4 is four bits, ff00::/8 one byte.
        return ipv4
                ? Rule.in(
                        CHAIN,
                        family(),
                        isFamily(true),
                        daddr(true, 4),
                        Bitwise.mask(prefix(4, 4)),
                        new Cmp(1, Cmp.EQ, Value.of(new byte[] {(byte) 0xe0, 0, 0, 0})),
                        Immediate.verdict(Verdict.returning()))
                : Rule.in(
                        CHAIN,
                        family(),
                        isFamily(false),
                        daddr(false, 1),
                        new Cmp(1, Cmp.EQ, Value.u8(0xff)),
                        Immediate.verdict(Verdict.returning()));
    }

    static Meta family() {
        return new Meta(Meta.NFPROTO, 1);
    }

    static Cmp isFamily(boolean ipv4) {
        return new Cmp(1, Cmp.EQ, Value.u8((ipv4 ? Family.IPV4 : Family.IPV6).number()));
    }

    static Payload saddr(boolean ipv4) {
        return ipv4
                ? new Payload(1, Payload.NETWORK, 12, 4)
                : new Payload(1, Payload.NETWORK, 8, 16);
    }

    static Payload daddr(boolean ipv4, int bytes) {
        return new Payload(1, Payload.NETWORK, ipv4 ? 16 : 24, bytes);
    }

    /** A mask of so many ones in so many bytes. */
    static Value prefix(int ones, int bytes) {
        byte[] mask = new byte[bytes];
        for (int i = 0; i < ones; i++) {
            mask[i >> 3] |= (byte) (0x80 >> (i & 7));
        }
        return Value.of(mask);
    }

    /**
     * A comment that nft can read in its own listing: no quotation marks, no control characters,
     * 128 bytes.
     */
    static String comment(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c == '"' || c < ' ' || c == 0x7f ? '?' : c);
        }
        byte[] bytes = Utf8.encode(clean.toString());
        int end = Math.min(bytes.length, Nf.COMMENT_MAX);
        while (end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Utf8.decode(bytes, 0, end);
    }

    /** What everything else stands in, with the maps of owners. */
    static List<NftSet> maps() {
        return List.of(owners(true), owners(false));
    }
}
