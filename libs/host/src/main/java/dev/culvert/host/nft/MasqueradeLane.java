// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static dev.culvert.host.nft.MasqueradeTable.TABLE;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Masq;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Hook;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Value;
import dev.culvert.wire.nft.Verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The way of addresses whose subnets have the same prefix length: two sets, and a chain whose rule
 * compares a destination with the sender's own subnet. The length must stand in the rule, because
 * before Linux 6.13 a mask can't come from a map. The chain is a base chain of its own, so that it
 * can be flushed and filled again without regard to others.
 */
record MasqueradeLane(boolean ipv4, int prefixLength) {
    /** NFT_REG32_01 and NFT_REG_2: the registers behind an address in register 1. */
    private static final int BEHIND_IPV4 = 9;

    private static final int BEHIND_IPV6 = 2;

    static MasqueradeLane of(IfAddr address) {
        return new MasqueradeLane(address.isIpv4(), address.prefixLength());
    }

    private String name(String what) {
        return what + (ipv4 ? "4-" : "6-") + prefixLength;
    }

    /** Addresses that are masqueraded; the comment is the owner's link. */
    NftSet addresses() {
        return NftSet.ofAddresses(TABLE, name("addresses"), ipv4);
    }

    /** Each address with its subnet's, where packets keep their source. */
    NftSet subnets() {
        DataType address = ipv4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR;
        return NftSet.of(TABLE, name("subnets"), KeyType.of(address, address));
    }

    /** A single address (/32, /128) is a subnet of its own: nothing lies within. */
    boolean hasSubnets() {
        return prefixLength < bits();
    }

    private int bits() {
        return ipv4 ? 32 : 128;
    }

    Element address(IpAddr address, String hostLinkName) {
        return Element.of(Value.of(address)).withComment(hostLinkName);
    }

    Element subnet(IpAddr address) {
        return Element.of(Value.concat(
                Value.of(address), Value.of(Subnet.of(address, prefixLength).address())));
    }

    Chain chain() {
        return Chain.named(TABLE, name("postrouting"))
                .withHook(Hook.of("nat", Hook.POSTROUTING, Hook.PRIORITY_SRCNAT));
    }

    List<Rule> rules() {
        return List.of(multicast(), masquerade());
    }

    /** Adds what may be there already; returns the change that makes the chain. */
    NftTransaction.Entry shape(NftTransaction nft) {
        nft.add(addresses());
        if (hasSubnets()) {
            nft.add(subnets());
        }
        NftTransaction.Entry chain = nft.add(chain());
        nft.flush(chain());
        rules().forEach(nft::add);
        return chain;
    }

    // ip daddr 224.0.0.0/4 return (four bits), or ip6 daddr ff00::/8 return (one byte).
    private Rule multicast() {
        List<Expression> expressions = new ArrayList<>(family());
        if (ipv4) {
            expressions.add(new Payload(1, Payload.NETWORK, 16, 4));
            expressions.add(Bitwise.mask(ones(4)));
            expressions.add(new Cmp(1, Cmp.EQ, Value.of(new byte[] {(byte) 0xe0, 0, 0, 0})));
        } else {
            expressions.add(new Payload(1, Payload.NETWORK, 24, 1));
            expressions.add(new Cmp(1, Cmp.EQ, Value.u8(0xff)));
        }
        expressions.add(Immediate.verdict(Verdict.returning()));
        return rule(expressions);
    }

    // ip saddr @addresses4-16 ip saddr . ip daddr & 255.255.0.0 != @subnets4-16 masquerade
    private Rule masquerade() {
        int bytes = bits() >> 3;
        int behind = ipv4 ? BEHIND_IPV4 : BEHIND_IPV6;
        Payload source = new Payload(1, Payload.NETWORK, ipv4 ? 12 : 8, bytes);
        List<Expression> expressions = new ArrayList<>(family());
        expressions.add(source);
        expressions.add(Lookup.in(addresses().name()));
        if (hasSubnets()) {
            expressions.add(source);
            expressions.add(new Payload(behind, Payload.NETWORK, ipv4 ? 16 : 24, bytes));
            expressions.add(new Bitwise(
                    behind, behind, bytes, ones(prefixLength), Value.of(new byte[bytes])));
            expressions.add(new Lookup(subnets().name(), 0, 1, OptionalInt.empty(), true));
        }
        expressions.add(new Masq(0));
        return rule(expressions);
    }

    private Rule rule(List<Expression> expressions) {
        return Rule.in(chain(), expressions.toArray(new Expression[0]));
    }

    private List<Expression> family() {
        Family family = ipv4 ? Family.IPV4 : Family.IPV6;
        return List.of(new Meta(Meta.NFPROTO, 1), new Cmp(1, Cmp.EQ, Value.u8(family.number())));
    }

    /** A mask of so many ones, as long as an address. */
    private Value ones(int count) {
        byte[] mask = new byte[bits() >> 3];
        for (int i = 0; i < count; i++) {
            mask[i >> 3] |= (byte) (0x80 >> (i & 7));
        }
        return Value.of(mask);
    }
}
