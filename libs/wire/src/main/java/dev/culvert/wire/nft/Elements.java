// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.ArrayList;
import java.util.List;

/**
 * Elements of one set: to be added, to be deleted (by their keys), to be asked for, or told by the
 * kernel.
 *
 * @param setId the set's number when the same transaction makes it, else 0
 * @kernel include/uapi/linux/netfilter/nf_tables.h, enum nft_set_elem_list_attributes
 */
public record Elements(Family family, String table, String set, int setId, List<Element> elements) {
    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_SET_ELEM_LIST_SET_ID = 4;

    /** Copies the list. */
    public Elements {
        elements = List.copyOf(elements);
    }

    /** Of a set that is there, or that an earlier message of the transaction makes. */
    public static Elements of(NftSet set, List<Element> elements) {
        return new Elements(set.family(), set.table(), set.name(), 0, elements);
    }

    /** The same without data and comments: enough for questions and deletions. */
    public Elements keysOnly() {
        return new Elements(
                family,
                table,
                set,
                setId,
                elements.stream().map(Element::keyOnly).toList());
    }

    // nfgenmsg, NFTA_SET_ELEM_LIST_TABLE "...", NFTA_SET_ELEM_LIST_SET "...",
    // NFTA_SET_ELEM_LIST_SET_ID be32,
    //   NFTA_SET_ELEM_LIST_ELEMENTS { NFTA_LIST_ELEM {...} ... }

    public void encode(NlWriter w) {
        Nf.header(w, family)
                .attrString(NFTA_SET_ELEM_LIST_TABLE, table)
                .attrString(NFTA_SET_ELEM_LIST_SET, set);
        if (setId != 0) {
            w.attrBe32(NFTA_SET_ELEM_LIST_SET_ID, setId);
        }
        encodeElements(w);
    }

    /** Writes a question: for these elements, or without any for a dump of all. */
    public void encodeGet(NlWriter w) {
        Nf.header(w, family)
                .attrString(NFTA_SET_ELEM_LIST_SET, set)
                .attrString(NFTA_SET_ELEM_LIST_TABLE, table);
        if (!elements.isEmpty()) {
            encodeElements(w);
        }
    }

    private void encodeElements(NlWriter w) {
        w.nest(NFTA_SET_ELEM_LIST_ELEMENTS | Nl.NLA_F_NESTED, list -> {
            int number = 0;
            for (Element element : elements) {
                element.encode(list, ++number);
            }
        });
    }

    /** From an nfgenmsg and its attributes. */
    public static Elements decode(NlReader r) {
        Family family = Nf.family(r);
        String table = "";
        String set = "";
        int setId = 0;
        List<Element> elements = new ArrayList<>();
        while (r.next()) {
            NlReader v = r.value();
            switch (r.type()) {
                case NFTA_SET_ELEM_LIST_TABLE -> table = v.string();
                case NFTA_SET_ELEM_LIST_SET -> set = v.string();
                case NFTA_SET_ELEM_LIST_SET_ID -> setId = v.be32();
                case NFTA_SET_ELEM_LIST_ELEMENTS -> {
                    while (v.next()) {
                        elements.add(Element.decode(v.value()));
                    }
                }
                default -> {}
            }
        }
        return new Elements(family, table, set, setId, elements);
    }

    /**
     * {@code element inet filter allowed { 10.0.0.1 }} as nft takes it; the set's types tell how to
     * write them.
     */
    public String describe(NftSet types) {
        StringBuilder out = new StringBuilder("element ")
                .append(family)
                .append(' ')
                .append(table)
                .append(' ')
                .append(set)
                .append(" { ");
        for (int i = 0; i < elements.size(); i++) {
            out.append(i > 0 ? ", " : "").append(types.describe(elements.get(i)));
        }
        return out.append(" }").toString();
    }
}
