// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule; like {@code nft add rule FAMILY TABLE CHAIN ...}.
 *
 * @param handle the kernel's number; in a deletion, 0 means every rule of the chain
 * @param position the handle of the rule to stand behind (or before, when inserted); in answers,
 *     the rule before
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_rule_attributes
 */
public record Rule(
        Family family,
        String table,
        String chain,
        long handle,
        long position,
        List<Expression> expressions,
        Userdata userdata) {
    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_HANDLE = 3;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_RULE_POSITION = 6;
    private static final int NFTA_RULE_USERDATA = 7;

    /** Copies the list. */
    public Rule {
        expressions = List.copyOf(expressions);
    }

    /** A rule for a chain's end (or beginning, when inserted). */
    public static Rule in(Chain chain, Expression... expressions) {
        return new Rule(
                chain.family(),
                chain.table(),
                chain.name(),
                0,
                0,
                List.of(expressions),
                Userdata.none());
    }

    /** All rules of a chain: for questions and deletions. */
    public static Rule allOf(Chain chain) {
        return in(chain);
    }

    public Rule withComment(String text) {
        return new Rule(
                family, table, chain, handle, position, expressions, Userdata.comment(text));
    }

    public Rule withHandle(long value) {
        return new Rule(family, table, chain, value, position, expressions, userdata);
    }

    public Rule withPosition(long value) {
        return new Rule(family, table, chain, handle, value, expressions, userdata);
    }

    public String comment() {
        return userdata.comment();
    }

    /** Whether one of its verdicts leads to a chain. */
    public boolean leadsTo(String target) {
        for (Expression expression : expressions) {
            if (expression instanceof Expression.Immediate immediate
                    && immediate.data() instanceof Verdict verdict
                    && verdict.chain().equals(target)) {
                return true;
            }
        }
        return false;
    }

    /** The sets that it looks packets up in, by name. */
    public List<String> sets() {
        return expressions.stream()
                .filter(Expression.Lookup.class::isInstance)
                .map(expression -> ((Expression.Lookup) expression).set())
                .toList();
    }

    // nfgenmsg, NFTA_RULE_TABLE "...", NFTA_RULE_CHAIN "...",
    //   NFTA_RULE_EXPRESSIONS { NFTA_LIST_ELEM { NFTA_EXPR_NAME "cmp", NFTA_EXPR_DATA {...} } ...
    // },
    //   NFTA_RULE_USERDATA {...}, NFTA_RULE_POSITION be64

    public void encode(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_RULE_TABLE, table).attrString(NFTA_RULE_CHAIN, chain);
        w.nest(NFTA_RULE_EXPRESSIONS | Nl.NLA_F_NESTED, list -> {
            for (Expression expression : expressions) {
                expression.encode(list);
            }
        });
        userdata.encodeIn(w, NFTA_RULE_USERDATA);
        if (position != 0) {
            w.attrBe64(NFTA_RULE_POSITION, position);
        }
    }

    /** Writes what a question or a deletion needs. */
    public void encodeKey(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_RULE_TABLE, table).attrString(NFTA_RULE_CHAIN, chain);
        if (handle != 0) {
            w.attrBe64(NFTA_RULE_HANDLE, handle);
        }
    }

    /** From an nfgenmsg and its attributes; those not modelled are skipped. */
    public static Rule decode(NlReader r) {
        Family family = Nf.family(r);
        String table = "";
        String chain = "";
        long handle = 0;
        long position = 0;
        List<Expression> expressions = new ArrayList<>();
        Userdata userdata = Userdata.none();
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_RULE_TABLE -> table = v.string();
                case NFTA_RULE_CHAIN -> chain = v.string();
                case NFTA_RULE_HANDLE -> handle = v.be64();
                case NFTA_RULE_POSITION -> position = v.be64();
                case NFTA_RULE_EXPRESSIONS -> {
                    while (v.next()) {
                        expressions.add(Expression.decode(v.value()));
                    }
                }
                case NFTA_RULE_USERDATA -> userdata = Userdata.of(v.bytes());
                default -> {}
            }
        }
        return new Rule(family, table, chain, handle, position, expressions, userdata);
    }

    /**
     * {@code rule inet filter forward}, with the handle if there is one: for nft's delete and for
     * errors.
     */
    public String label() {
        return "rule " + family + " " + table + " " + chain
                + (handle == 0 ? "" : " handle " + handle);
    }

    /** What it matches and does, and its comment, in nft's words. */
    public String text() {
        return RuleText.of(family, expressions) + userdata.describe(Userdata.COMMENT);
    }

    /** What {@code nft add} takes. */
    public String describe() {
        return "rule " + family + " " + table + " " + chain
                + (position == 0 ? "" : " position " + position) + " " + text();
    }
}
