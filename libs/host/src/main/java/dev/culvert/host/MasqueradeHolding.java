// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.net.IpAddr;
import dev.culvert.wire.nftables.Element;
import dev.culvert.wire.nftables.NftSet;
import dev.culvert.wire.nftables.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An address that is masqueraded for an owner: one element in a map of owners.
 *
 * @param hostLinkName the owner's link on this host, first part of the key
 * @param ordinal counts an owner's addresses of a family, second part of the key
 * @param setName the set that has the address; "" when the comment does not tell, because somebody rewrote it
 * @param label the owner's mark, possibly cut at its end
 */
record MasqueradeHolding(String hostLinkName, int ordinal, IpAddr address, String setName, String label) {
    private static final int IFNAME_BYTES = 16;
    private static final int KEY_BYTES = 20;
    /** Asked for in one send, of each family. */
    private static final int BLOCK = 2;

    /** From an element of a map of owners; empty for one that we would not have made. */
    static Optional<MasqueradeHolding> of(Element element) {
        if (element.key().length() != KEY_BYTES || !(element.data().orElse(null) instanceof Value address)
                || address.length() != 4 && address.length() != 16) {
            return Optional.empty();
        }
        String comment = element.comment();
        int space = comment.indexOf(' ');
        String first = space < 0 ? comment : comment.substring(0, space);
        boolean told = MasqueradeTable.isSetName(first);
        return Optional.of(new MasqueradeHolding(element.key().part(0, IFNAME_BYTES).text(),
                element.key().part(IFNAME_BYTES, KEY_BYTES).toU32(), IpAddr.of(address.bytes()), told ? first : "",
                told ? comment.substring(Math.min(comment.length(), first.length() + 1)) : comment));
    }

    /** What a link's owner holds. Numbers may be missing, where an address went to a newer owner. */
    static List<MasqueradeHolding> listOf(NetlinkSocket socket, String hostLinkName) {
        List<MasqueradeHolding> found = new ArrayList<>();
        boolean more = true;
        for (int from = 0; more; from += BLOCK) {
            Batch batch = socket.batch();
            List<Reply<Element>> replies = new ArrayList<>();
            for (NftSet map : MasqueradeTable.maps()) {
                for (int ordinal = from; ordinal < from + BLOCK; ordinal++) {
                    replies.add(Ruleset.find(batch, map,
                            Element.of(MasqueradeTable.ownerKey(hostLinkName, ordinal))));
                }
            }
            socket.exchange(batch);
            more = false;
            for (int i = 0; i < replies.size(); i++) {
                Optional<MasqueradeHolding> holding = replies.get(i).value().flatMap(MasqueradeHolding::of);
                holding.ifPresent(found::add);
                more |= holding.isPresent() && i % BLOCK == BLOCK - 1;
            }
        }
        return found;
    }

    NftSet map() {
        return MasqueradeTable.owners(address.isIpv4());
    }

    NftSet set() {
        return MasqueradeTable.set(setName);
    }

    /** The element of the map of owners. */
    Element element() {
        return Element.of(MasqueradeTable.ownerKey(hostLinkName, ordinal), Value.of(address))
                .withComment(MasqueradeTable.comment(setName + " " + label));
    }

    /** The element of the network's set. */
    Element addressElement() {
        return MasqueradeTable.address(address, hostLinkName);
    }
}
