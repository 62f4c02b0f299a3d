// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * Message types of nf_tables and the header that each message begins with.
 *
 * @kernel include/uapi/linux/netfilter/nfnetlink.h, include/uapi/linux/netfilter/nf_tables.h
 */
public final class Nf {
    private static final int SUBSYSTEM = 10 << 8;

    public static final int BATCH_BEGIN = 16;
    public static final int BATCH_END = 17;
    public static final int NEWTABLE = SUBSYSTEM;
    public static final int GETTABLE = SUBSYSTEM | 1;
    public static final int DELTABLE = SUBSYSTEM | 2;
    public static final int NEWCHAIN = SUBSYSTEM | 3;
    public static final int GETCHAIN = SUBSYSTEM | 4;
    public static final int DELCHAIN = SUBSYSTEM | 5;
    public static final int NEWRULE = SUBSYSTEM | 6;
    public static final int GETRULE = SUBSYSTEM | 7;
    public static final int DELRULE = SUBSYSTEM | 8;
    public static final int NEWSET = SUBSYSTEM | 9;
    public static final int GETSET = SUBSYSTEM | 10;
    public static final int DELSET = SUBSYSTEM | 11;
    public static final int NEWSETELEM = SUBSYSTEM | 12;
    public static final int GETSETELEM = SUBSYSTEM | 13;
    public static final int DELSETELEM = SUBSYSTEM | 14;

    /** In a deletion: refuse to delete what still has content (NLM_F_NONREC). */
    public static final int NONREC = 0x100;

    /**
     * The longest comment that nft takes; it lists longer ones, but cannot read its own listing
     * again.
     */
    public static final int COMMENT_MAX = 128;

    static final int LIST_ELEM = 1;

    private Nf() {}

    // struct nfgenmsg { nfgen_family u8, version u8, res_id be16 }
    //         4 bytes

    static NlWriter header(NlWriter w, Family family) {
        return w.u8(family.number()).u8(0).be16(0);
    }

    static Family family(NlReader r) {
        Family family = Family.of(r.u8());
        r.skip(3);
        return family;
    }

    /**
     * Writes the body of BATCH_BEGIN and BATCH_END: the resource is the subsystem that the batch is
     * for.
     */
    public static void encodeBatchBound(NlWriter w) {
        w.u8(0).u8(0).be16(SUBSYSTEM >> 8);
    }
}
