// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.net.IfAddr;
import dev.culvert.net.Subnet;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Masq;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Addresses of one network in one subnet, which share a set and a rule. Addresses that are a subnet
 * of their own (/32, /128) share theirs with all such of the network: otherwise there would be a
 * rule for each.
 *
 * @param subnet where packets keep their source; 0.0.0.0/0 or ::/0 for single addresses, which
 *     means nowhere
 * @param setName from a hash of both
 */
record MasqueradeGroup(String network, Subnet subnet, String setName) {
    static MasqueradeGroup of(String network, IfAddr address) {
        boolean single = address.prefixLength() == address.address().bits();
        Subnet subnet = single ? Subnet.of(address.address(), 0) : address.subnet();
        return new MasqueradeGroup(
                network,
                subnet,
                MasqueradeTable.setName(subnet.isIpv4(), Mark.hash(network, subnet.toString())));
    }

    boolean isIpv4() {
        return subnet.isIpv4();
    }

    NftSet set() {
        return MasqueradeTable.set(setName).withId(3).withComment(comment());
    }

    /** Begins like a mark's label, so that {@link Mark#isOf} tells whose network it is. */
    private String comment() {
        String where = subnet.isDefault() ? "single addresses" : subnet.toString();
        return MasqueradeTable.comment(
                "culvert " + Mark.networkDigest(network) + " " + network + " " + where);
    }

    // ip saddr @SET ip daddr != SUBNET masquerade, as nft itself writes it: a prefix of whole bytes
    // is loaded alone.
    Rule rule() {
        List<Expression> expressions = new ArrayList<>(List.of(
                MasqueradeTable.family(),
                MasqueradeTable.isFamily(isIpv4()),
                MasqueradeTable.saddr(isIpv4()),
                Lookup.in(setName)));
        int length = subnet.prefixLength();
        if (length > 0) {
            boolean wholeBytes = (length & 7) == 0;
            int size = wholeBytes ? length >> 3 : subnet.address().bits() >> 3;
            expressions.add(MasqueradeTable.daddr(isIpv4(), size));
            if (!wholeBytes) {
                expressions.add(Bitwise.mask(MasqueradeTable.prefix(length, size)));
            }
            expressions.add(new Cmp(
                    Expression.REG_1,
                    Cmp.NEQ,
                    Value.of(Arrays.copyOf(subnet.address().bytes(), size))));
        }
        expressions.add(new Masq(0));
        return Rule.in(MasqueradeTable.CHAIN, expressions.toArray(new Expression[0]))
                .withComment(comment());
    }
}
