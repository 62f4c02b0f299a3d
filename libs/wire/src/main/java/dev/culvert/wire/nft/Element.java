// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;

/**
 * One element of a set or map.
 *
 * @param data present in maps
 * @param flags NFT_SET_ELEM_*
 * @param userdata a comment
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_set_elem_attributes
 */
public record Element(Value key, Optional<Operand> data, int flags, Userdata userdata) {
    public static final int NFT_SET_ELEM_INTERVAL_END = 0x1;

    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;
    private static final int NFTA_SET_ELEM_FLAGS = 3;
    private static final int NFTA_SET_ELEM_USERDATA = 6;

    /** Of a set. */
    public static Element of(Value key) {
        return new Element(key, Optional.empty(), 0, Userdata.none());
    }

    /** Of a map. */
    public static Element of(Value key, Operand data) {
        return new Element(key, Optional.of(data), 0, Userdata.none());
    }

    public Element withComment(String text) {
        return new Element(key, data, flags, Userdata.comment(text));
    }

    /** What names the element: enough for questions and deletions. */
    public Element keyOnly() {
        return new Element(key, Optional.empty(), flags, Userdata.none());
    }

    public String comment() {
        return userdata.comment();
    }

    // NFTA_LIST_ELEM { NFTA_SET_ELEM_FLAGS be32, NFTA_SET_ELEM_KEY {...}, NFTA_SET_ELEM_DATA {...},
    //   NFTA_SET_ELEM_USERDATA {...} }

    /** The list's items are numbered from 1, as nft does; the kernel does not look. */
    void encode(NlWriter w, int number) {
        w.nest(number | Nl.NLA_F_NESTED, item -> {
            if (flags != 0) {
                item.attrBe32(NFTA_SET_ELEM_FLAGS, flags);
            }
            key.encodeIn(item, NFTA_SET_ELEM_KEY);
            data.ifPresent(operand -> operand.encodeIn(item, NFTA_SET_ELEM_DATA));
            userdata.encodeIn(item, NFTA_SET_ELEM_USERDATA);
        });
    }

    /** From the content of one NFTA_LIST_ELEM; attributes not modelled are skipped. */
    static Element decode(NlReader r) {
        Value key = Value.of(new byte[0]);
        Optional<Operand> data = Optional.empty();
        int flags = 0;
        Userdata userdata = Userdata.none();
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_SET_ELEM_KEY -> key = Operand.decodeValue(v);
                case NFTA_SET_ELEM_DATA -> data = Optional.of(Operand.decode(v));
                case NFTA_SET_ELEM_FLAGS -> flags = v.be32();
                case NFTA_SET_ELEM_USERDATA -> userdata = Userdata.of(v.bytes());
                default -> {}
            }
        }
        return new Element(key, data, flags, userdata);
    }
}
