// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * Loads what connection tracking knows about the packet's flow into a register.
 *
 * @param key NFT_CT_*
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_ct_attributes
 */
public record Ct(int key, int register) implements Expression {
    /** NFT_CT_STATUS: IPS_* in the host's byte order. */
    public static final int STATUS = 2;
    /** IPS_DST_NAT: the destination of the flow was changed. */
    public static final int DESTINATION_NAT = 1 << 5;

    @Override
    public String name() {
        return "ct";
    }

    // NFTA_CT_KEY 2 be32  NFTA_CT_DREG 1 be32
    @Override
    public void encodeData(NlWriter w) {
        w.attrBe32(2, key).attrBe32(1, register);
    }

    static Expression decode(NlReader r) {
        int[] found = new int[3];
        while (r.next()) {
            if (r.type() > 2) {
                return Expression.notModelled();
            }
            found[r.type()] = r.value().be32();
        }
        return new Ct(found[2], found[1]);
    }
}
