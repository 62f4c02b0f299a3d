// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * A table; like {@code nft add table FAMILY NAME}.
 *
 * @param flags NFT_TABLE_F_*
 * @param userdata a comment; kernels before 5.10 do not keep it
 * @param handle the kernel's number, 0 in requests
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_table_attributes
 */
public record Table(Family family, String name, int flags, Userdata userdata, long handle) {
    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_FLAGS = 2;
    private static final int NFTA_TABLE_HANDLE = 4;
    private static final int NFTA_TABLE_USERDATA = 6;

    public static Table named(Family family, String name) {
        return new Table(family, name, 0, Userdata.none(), 0);
    }

    public Table withComment(String text) {
        return new Table(family, name, flags, Userdata.comment(text), handle);
    }

    // nfgenmsg, NFTA_TABLE_NAME "...", NFTA_TABLE_FLAGS be32, NFTA_TABLE_USERDATA {...}

    public void encode(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_TABLE_NAME, name).attrBe32(NFTA_TABLE_FLAGS, flags);
        userdata.encodeIn(w, NFTA_TABLE_USERDATA);
    }

    /** Writes what a question or a deletion needs. */
    public void encodeKey(NlWriter w) {
        Nf.header(w, family).attrString(NFTA_TABLE_NAME, name);
    }

    /** From an nfgenmsg and its attributes; those not modelled are skipped. */
    public static Table decode(NlReader r) {
        Family family = Nf.family(r);
        String name = "";
        int flags = 0;
        Userdata userdata = Userdata.none();
        long handle = 0;
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_TABLE_NAME -> name = v.string();
                case NFTA_TABLE_FLAGS -> flags = v.be32();
                case NFTA_TABLE_HANDLE -> handle = v.be64();
                case NFTA_TABLE_USERDATA -> userdata = Userdata.of(v.bytes());
                default -> {}
            }
        }
        return new Table(family, name, flags, userdata, handle);
    }

    /** {@code table inet filter}: for nft and for errors. */
    public String label() {
        return "table " + family + " " + name;
    }

    /** What {@code nft add} takes. */
    public String describe() {
        return userdata.comment().isEmpty()
                ? label()
                : label() + " {" + userdata.describe(Userdata.COMMENT) + "; }";
    }
}
