// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Fib;
import dev.culvert.wire.nft.Nat;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Value;
import dev.culvert.wire.nft.Verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The rules of {@link PortmapTable}: the same on every host, whatever is forwarded. */
final class PortmapRules {
    /** NFT_REG32_01 and NFT_REG_2: the registers behind an address in register 1. */
    private static final int BEHIND_IPV4 = 9;

    private static final int BEHIND_IPV6 = 2;

    private final Chain chain;
    private final List<Rule> rules = new ArrayList<>();

    private PortmapRules(Chain chain) {
        this.chain = chain;
    }

    /** The rules of one of the table's chains. */
    static List<Rule> of(Chain chain) {
        PortmapRules all = new PortmapRules(chain);
        switch (chain.name()) {
            case "translate" -> all.translate();
            case "guard" -> all.guard();
            default -> all.local();
        }
        return all.rules;
    }

    private void add(List<Expression> expressions) {
        rules.add(Rule.in(chain, expressions.toArray(new Expression[0])));
    }

    // fib daddr type local jump translate
    private void local() {
        add(List.of(
                Fib.destinationType(),
                new Cmp(1, Cmp.EQ, Value.u32(Fib.LOCAL)),
                Immediate.verdict(Verdict.jump(PortmapTable.translate().name()))));
    }

    // The kernel cannot route ::1 to another link, so its ports stay this host's own.
    // ip6 daddr ::1 return
    // dnat ip to ip daddr . meta l4proto . th dport map @hostports4
    // meta nfproto ipv4 dnat ip to meta l4proto . th dport map @ports4
    private void translate() {
        List<Expression> loopback = family(false);
        loopback.add(destination(false));
        byte[] one = new byte[16];
        one[15] = 1;
        loopback.add(new Cmp(1, Cmp.EQ, Value.of(one)));
        loopback.add(Immediate.verdict(Verdict.returning()));
        add(loopback);
        for (boolean ipv4 : new boolean[] {true, false}) {
            // The port's register follows that of the protocol by four bytes.
            List<Expression> own = family(ipv4);
            own.add(destination(ipv4));
            own.add(new Meta(Meta.L4PROTO, behind(ipv4)));
            own.add(port(ipv4 ? BEHIND_IPV4 + 1 : 13));
            translate(own, PortmapTable.hostports(ipv4), ipv4);
            List<Expression> any = family(ipv4);
            any.add(new Meta(Meta.L4PROTO, 1));
            any.add(port(BEHIND_IPV4));
            translate(any, PortmapTable.ports(ipv4), ipv4);
        }
    }

    private void translate(List<Expression> key, NftSet map, boolean ipv4) {
        key.add(new Lookup(map.name(), 0, 1, OptionalInt.of(1), false));
        key.add(new Nat(ipv4 ? Family.IPV4 : Family.IPV6, 1, behind(ipv4)));
        add(key);
    }

    private static Payload port(int register) {
        return new Payload(register, Payload.TRANSPORT, 2, 2);
    }

    // Where localhost is routed to containers, the kernel no longer keeps the neighbours of a link
    // from this host's own 127.0.0.1 (CVE-2020-8558).
    // iifname != "lo" ip daddr 127.0.0.0/8 drop
    private void guard() {
        List<Expression> expressions = new ArrayList<>(
                List.of(new Meta(Meta.IIFNAME, 1), new Cmp(1, Cmp.NEQ, Value.ifname("lo"))));
        expressions.addAll(family(true));
        expressions.add(new Payload(1, Payload.NETWORK, 16, 1));
        expressions.add(new Cmp(1, Cmp.EQ, Value.u8(127)));
        expressions.add(Immediate.verdict(Verdict.drop()));
        add(expressions);
    }

    /** The register behind an address in the first. */
    static int behind(boolean ipv4) {
        return ipv4 ? BEHIND_IPV4 : BEHIND_IPV6;
    }

    private static Payload destination(boolean ipv4) {
        return ipv4
                ? new Payload(1, Payload.NETWORK, 16, 4)
                : new Payload(1, Payload.NETWORK, 24, 16);
    }

    /** Goes on for packets of a family alone. */
    static List<Expression> family(boolean ipv4) {
        Family family = ipv4 ? Family.IPV4 : Family.IPV6;
        return new ArrayList<>(
                List.of(new Meta(Meta.NFPROTO, 1), new Cmp(1, Cmp.EQ, Value.u8(family.number()))));
    }
}
