// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;

/**
 * A chain; like {@code nft add chain FAMILY TABLE NAME}.
 *
 * @param hook present for a base chain
 * @param userdata a comment; kernels before 5.10 do not keep it
 * @param handle the kernel's number, 0 in requests
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_chain_attributes
 */
public record Chain(
        Family family,
        String table,
        String name,
        Optional<Hook> hook,
        Userdata userdata,
        long handle) {
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_HANDLE = 2;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_CHAIN_USERDATA = 12;

    /** A chain that only jumps lead to. */
    public static Chain named(Table table, String name) {
        return new Chain(table.family(), table.name(), name, Optional.empty(), Userdata.none(), 0);
    }

    public Chain withHook(Hook value) {
        return new Chain(family, table, name, Optional.of(value), userdata, handle);
    }

    public Chain withComment(String text) {
        return new Chain(family, table, name, hook, Userdata.comment(text), handle);
    }

    // nfgenmsg, NFTA_CHAIN_TABLE "...", NFTA_CHAIN_NAME "...", NFTA_CHAIN_TYPE "nat",
    // NFTA_CHAIN_POLICY be32,
    //   NFTA_CHAIN_HOOK {...}, NFTA_CHAIN_USERDATA {...}

    public void encode(NlWriter w) {
        encodeKey(w);
        hook.ifPresent(value -> {
            w.attrString(NFTA_CHAIN_TYPE, value.type()).attrBe32(NFTA_CHAIN_POLICY, value.policy());
            value.encodeIn(w, NFTA_CHAIN_HOOK);
        });
        userdata.encodeIn(w, NFTA_CHAIN_USERDATA);
    }

    /** Writes what a question or a deletion needs. */
    public void encodeKey(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_CHAIN_TABLE, table).attrString(NFTA_CHAIN_NAME, name);
    }

    /** From an nfgenmsg and its attributes; those not modelled are skipped. */
    public static Chain decode(NlReader r) {
        Family family = Nf.family(r);
        String table = "";
        String name = "";
        String type = "";
        int policy = Verdict.NF_ACCEPT;
        Optional<Hook> hook = Optional.empty();
        Userdata userdata = Userdata.none();
        long handle = 0;
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_CHAIN_TABLE -> table = v.string();
                case NFTA_CHAIN_HANDLE -> handle = v.be64();
                case NFTA_CHAIN_NAME -> name = v.string();
                case NFTA_CHAIN_TYPE -> type = v.string();
                case NFTA_CHAIN_POLICY -> policy = v.be32();
                case NFTA_CHAIN_HOOK -> hook = Optional.of(Hook.decode(v));
                case NFTA_CHAIN_USERDATA -> userdata = Userdata.of(v.bytes());
                default -> {}
            }
        }
        if (hook.isPresent()) {
            hook = Optional.of(hook.get().withType(type).withPolicy(policy));
        }
        return new Chain(family, table, name, hook, userdata, handle);
    }

    /** {@code chain inet filter forward}: for nft and for errors. */
    public String label() {
        return "chain " + family + " " + table + " " + name;
    }

    /** What {@code nft add} takes. */
    public String describe() {
        String comment = userdata.describe(Userdata.COMMENT);
        if (hook.isEmpty() && comment.isEmpty()) {
            return label();
        }
        return label() + " {" + hook.map(value -> " " + value.describe(family)).orElse("")
                + (comment.isEmpty() ? "" : comment + ";") + " }";
    }
}
