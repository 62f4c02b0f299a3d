// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * Gives the packet's flow another destination: the address and the port in two registers.
 *
 * @param family of the address
 * @param addressRegister holds 4 or 16 bytes
 * @param portRegister holds 2 bytes in network order
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_nat_attributes
 */
public record Nat(Family family, int addressRegister, int portRegister) implements Expression {
    private static final int NFT_NAT_DNAT = 1;
    private static final int NFTA_NAT_FLAGS = 7;
    /** NF_NAT_RANGE_MAP_IPS and NF_NAT_RANGE_PROTO_SPECIFIED, which the kernel adds itself. */
    private static final int IMPLIED = 3;

    @Override
    public String name() {
        return "nat";
    }

    // NFTA_NAT_TYPE 1 be32  NFTA_NAT_FAMILY 2 be32  NFTA_NAT_REG_ADDR_MIN 3 be32
    // NFTA_NAT_REG_PROTO_MIN 5 be32
    @Override
    public void encodeData(NlWriter w) {
        w.attrBe32(1, NFT_NAT_DNAT)
                .attrBe32(2, family.number())
                .attrBe32(3, addressRegister)
                .attrBe32(5, portRegister);
    }

    // The kernel shows NFTA_NAT_REG_ADDR_MAX 4 and NFTA_NAT_REG_PROTO_MAX 6 besides, equal to the
    // smallest where none was given, and NFTA_NAT_FLAGS 7.
    static Expression decode(NlReader r) {
        int[] found = new int[NFTA_NAT_FLAGS + 1];
        while (r.next()) {
            if (r.type() > NFTA_NAT_FLAGS) {
                return Expression.notModelled();
            }
            found[r.type()] = r.value().be32();
        }
        boolean isRange =
                found[4] != 0 && found[4] != found[3] || found[6] != 0 && found[6] != found[5];
        return isRange || found[1] != NFT_NAT_DNAT || (found[NFTA_NAT_FLAGS] & ~IMPLIED) != 0
                ? Expression.notModelled()
                : new Nat(Family.of(found[2]), found[3], found[5]);
    }
}
