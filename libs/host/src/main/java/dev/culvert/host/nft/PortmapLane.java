// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Ct;
import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Masq;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Hook;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Value;

import java.util.ArrayList;
import java.util.List;

/**
 * Sources of one prefix length, whose packets to a forwarded port get this host's address: a set,
 * and a chain whose rule compares the masked source. The length must stand in the rule, because
 * before Linux 6.13 a mask can't come from a map. The chain is a base chain of its own, so that it
 * can be flushed and filled again without regard to others.
 */
record PortmapLane(boolean ipv4, int prefixLength) {
    private String name(String what) {
        return what + (ipv4 ? "4-" : "6-") + prefixLength;
    }

    /** Masked sources, each with a container that they get a new source to. */
    NftSet sources() {
        DataType address = ipv4 ? DataType.IPV4_ADDR : DataType.IPV6_ADDR;
        return NftSet.of(PortmapTable.TABLE, name("sources"), KeyType.of(address, address));
    }

    Element source(IpAddr source, IpAddr container) {
        return Element.of(Value.concat(
                Value.of(Subnet.of(source, prefixLength).address()), Value.of(container)));
    }

    Chain chain() {
        return Chain.named(PortmapTable.TABLE, name("postrouting"))
                .withHook(Hook.of("nat", Hook.POSTROUTING, Hook.PRIORITY_SRCNAT));
    }

    // ct status dnat ip saddr & 255.255.255.0 . ip daddr @sources4-24 masquerade
    List<Rule> rules() {
        int bytes = ipv4 ? 4 : 16;
        List<Expression> expressions = new ArrayList<>(List.of(
                new Ct(Ct.STATUS, 1),
                Bitwise.mask(Value.u32(Ct.DESTINATION_NAT)),
                new Cmp(1, Cmp.NEQ, Value.u32(0))));
        expressions.addAll(PortmapRules.family(ipv4));
        expressions.add(new Payload(1, Payload.NETWORK, ipv4 ? 12 : 8, bytes));
        if (prefixLength < bytes * 8) {
            expressions.add(Bitwise.mask(ones(bytes)));
        }
        expressions.add(
                new Payload(PortmapRules.behind(ipv4), Payload.NETWORK, ipv4 ? 16 : 24, bytes));
        expressions.add(Lookup.in(sources().name()));
        expressions.add(new Masq(0));
        return List.of(Rule.in(chain(), expressions.toArray(new Expression[0])));
    }

    private Value ones(int bytes) {
        byte[] mask = new byte[bytes];
        for (int i = 0; i < prefixLength; i++) {
            mask[i >> 3] |= (byte) (0x80 >> (i & 7));
        }
        return Value.of(mask);
    }
}
