// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An address that is masqueraded for an owner: one element in a map of owners.
 *
 * @param hostLinkName the owner's link on this host, first part of the key
 * @param ordinal counts an owner's addresses of a family, second part of the key
 * @param count how many addresses of the family the owner was given; some may have gone to a newer
 *     owner
 * @param prefixLength tells the lane; 0 when the comment does not tell, because somebody rewrote it
 * @param label the owner's mark, possibly cut at its end
 */
record MasqueradeHolding(
        String hostLinkName,
        int ordinal,
        int count,
        IpAddr address,
        int prefixLength,
        String label) {
    /** An element of a set. */
    record Place(NftSet set, Element element) {}

    private static final int IFNAME_BYTES = 16;
    private static final int KEY_BYTES = 20;
    /** Asked for at once, of each family: a dual-stack container has one. */
    private static final int FIRST = 2;
    /** Asked for at once then: the answers wait in the socket's buffer. */
    private static final int BLOCK = 32;
    /** Of a family; more are not believed. */
    private static final int COUNT_MAX = 1000;

    /** From an element of a map of owners; empty for one that we would not have made. */
    static Optional<MasqueradeHolding> of(Element element) {
        if (element.key().length() != KEY_BYTES
                || !(element.data().orElse(null) instanceof Value address)
                || address.length() != 4 && address.length() != 16) {
            return Optional.empty();
        }
        // /LENGTH of COUNT LABEL
        String[] words = {"", "", ""};
        String rest = element.comment();
        for (int i = 0; i < words.length; i++) {
            int space = rest.indexOf(' ');
            words[i] = space < 0 ? rest : rest.substring(0, space);
            rest = rest.substring(Math.min(rest.length(), words[i].length() + 1));
        }
        boolean told = words[0].startsWith("/") && words[1].equals("of");
        return Optional.of(new MasqueradeHolding(
                element.key().part(0, IFNAME_BYTES).text(),
                element.key().part(IFNAME_BYTES, KEY_BYTES).toU32(),
                told ? number(words[2]) : 1,
                IpAddr.of(address.bytes()),
                told ? Math.min(number(words[0].substring(1)), address.length() * 8) : 0,
                told ? rest : element.comment()));
    }

    private static int number(String digits) {
        int value = 0;
        for (int i = 0; i < digits.length() && value <= COUNT_MAX; i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return 1;
            }
            value = value * 10 + c - '0';
        }
        return Math.min(value, COUNT_MAX);
    }

    /** What a link's owner holds: one send, and more if it was given more than two of a family. */
    static List<MasqueradeHolding> listOf(NetlinkSocket socket, String hostLinkName) {
        List<MasqueradeHolding> found = ask(socket, hostLinkName, 0, FIRST);
        int count = 0;
        for (MasqueradeHolding holding : found) {
            count = Math.max(count, holding.count);
        }
        for (int from = FIRST; from < count; from += BLOCK) {
            found.addAll(ask(socket, hostLinkName, from, Math.min(count, from + BLOCK)));
        }
        return found;
    }

    private static List<MasqueradeHolding> ask(
            NetlinkSocket socket, String hostLinkName, int from, int to) {
        Batch batch = socket.batch();
        List<Reply<Element>> replies = new ArrayList<>();
        for (NftSet map : MasqueradeTable.maps()) {
            for (int ordinal = from; ordinal < to; ordinal++) {
                replies.add(Ruleset.find(
                        batch, map, Element.of(MasqueradeTable.ownerKey(hostLinkName, ordinal))));
            }
        }
        socket.exchange(batch);
        List<MasqueradeHolding> found = new ArrayList<>();
        replies.forEach(
                reply -> reply.value().flatMap(MasqueradeHolding::of).ifPresent(found::add));
        return found;
    }

    MasqueradeHolding withPrefixLength(int other) {
        return new MasqueradeHolding(hostLinkName, ordinal, count, address, other, label);
    }

    MasqueradeLane lane() {
        return new MasqueradeLane(address.isIpv4(), prefixLength);
    }

    NftSet map() {
        return MasqueradeTable.owners(address.isIpv4());
    }

    /** The element of the map of owners. */
    Element element() {
        return Element.of(MasqueradeTable.ownerKey(hostLinkName, ordinal), Value.of(address))
                .withComment(Comment.of("/" + prefixLength + " of " + count + " " + label));
    }

    /** The element of the lane's set of addresses. */
    Element addressElement() {
        return lane().address(address, hostLinkName);
    }

    /** The elements of the lane's sets, as far as they are known. */
    List<Place> places() {
        MasqueradeLane lane = lane();
        if (prefixLength == 0) {
            return List.of();
        }
        Place place = new Place(lane.addresses(), addressElement());
        return lane.hasSubnets()
                ? List.of(place, new Place(lane.subnets(), lane.subnet(address)))
                : List.of(place);
    }

    /** Whether it is the same address in the same lane, whoever holds it. */
    boolean isAt(MasqueradeHolding other) {
        return address.equals(other.address) && prefixLength == other.prefixLength;
    }
}
