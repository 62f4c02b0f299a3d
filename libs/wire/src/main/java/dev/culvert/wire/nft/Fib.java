// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * Loads what the routing tables say about an address of the packet into a register.
 *
 * @param result NFT_FIB_RESULT_*: what to load
 * @param flags NFTA_FIB_F_*: about which address
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_fib_attributes
 */
public record Fib(int register, int result, int flags) implements Expression {
    /** The type of the address, RTN_* in the host's byte order. */
    public static final int RESULT_ADDRTYPE = 3;
    /** NFTA_FIB_F_DADDR. */
    public static final int DESTINATION = 2;
    /** RTN_LOCAL: an address of this host. */
    public static final int LOCAL = 2;

    /** The type of the packet's destination, into the first register. */
    public static Fib destinationType() {
        return new Fib(REG_1, RESULT_ADDRTYPE, DESTINATION);
    }

    @Override
    public String name() {
        return "fib";
    }

    // NFTA_FIB_FLAGS 3 be32  NFTA_FIB_RESULT 2 be32  NFTA_FIB_DREG 1 be32
    @Override
    public void encodeData(NlWriter w) {
        w.attrBe32(3, flags).attrBe32(2, result).attrBe32(1, register);
    }

    static Expression decode(NlReader r) {
        int[] found = new int[4];
        while (r.next()) {
            if (r.type() > 3) {
                return Expression.notModelled();
            }
            found[r.type()] = r.value().be32();
        }
        return new Fib(found[1], found[2], found[3]);
    }
}
