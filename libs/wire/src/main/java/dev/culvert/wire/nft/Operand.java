// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.MalformedMessageException;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

/**
 * What a register or an element holds: bytes, or a verdict.
 *
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_data_attributes
 */
public sealed interface Operand permits Value, Verdict {
    /** Writes the one attribute of a struct nft_data nest. */
    void encode(NlWriter w);

    /** Writes the nest with this in it. */
    default void encodeIn(NlWriter w, int type) {
        w.nest(type | Nl.NLA_F_NESTED, this::encode);
    }

    /** From the content of the nest. */
    static Operand decode(NlReader r) {
        while (r.next()) {
            switch (r.type()) {
                case Value.NFTA_DATA_VALUE -> {
                    return Value.of(r.value().bytes());
                }
                case Verdict.NFTA_DATA_VERDICT -> {
                    return Verdict.decode(r.value());
                }
                default -> {}
            }
        }
        throw new MalformedMessageException(
                "nft data", r.position(), "a value or a verdict", "neither");
    }

    /** From the content of the nest, where only bytes can be. */
    static Value decodeValue(NlReader r) {
        return switch (decode(r)) {
            case Value value -> value;
            case Verdict verdict ->
                throw new MalformedMessageException(
                        "nft data", r.position(), "a value", "the verdict " + verdict.describe());
        };
    }
}
