// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;
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
 * A mapping that an attachment holds: one element in a map of owners, and what that stands for.
 *
 * @param hostLinkName what the mark names a link on this host, first part of the key
 * @param ordinal counts an owner's mappings of a family, second part of the key
 * @param count how many mappings of the family the owner has; told by the first alone
 * @param sources whose packets get this host's address; told by the first alone
 * @param prefixLength of the container's subnet; told by the first alone
 * @param label the owner's mark, possibly cut at its end; told by the first alone
 */
record PortmapHolding(
        String hostLinkName,
        int ordinal,
        int count,
        MappedSources sources,
        int prefixLength,
        PortMapping mapping,
        String label) {
    /** An element of a set or map. */
    record Place(NftSet set, Element element) {}

    private static final int IFNAME_BYTES = 16;
    private static final int KEY_BYTES = 20;
    /** Asked for at once: the answers wait in the socket's buffer. */
    private static final int BLOCK = 256;
    /** Of a family; every port of three protocols, for one address. */
    private static final int COUNT_MAX = 3 * 65_535;

    /** From an element of a map of owners; empty for one that we would not have made. */
    static Optional<PortmapHolding> of(Element element) {
        if (element.key().length() != KEY_BYTES
                || !(element.data().orElse(null) instanceof Value data)
                || data.length() != 20 && data.length() != 44) {
            return Optional.empty();
        }
        int bytes = data.length() == 20 ? 4 : 16;
        PortMapping mapping = new PortMapping(
                IpAddr.of(data.part(0, bytes).bytes()),
                data.part(bytes, bytes + 1).toU32(),
                port(data, bytes + 4),
                IpAddr.of(data.part(bytes + 8, 2 * bytes + 8).bytes()),
                port(data, 2 * bytes + 8));
        // COUNT SOURCES/LENGTH LABEL
        String[] words = {"", ""};
        String rest = element.comment();
        for (int i = 0; i < words.length; i++) {
            int space = rest.indexOf(' ');
            words[i] = space < 0 ? rest : rest.substring(0, space);
            rest = rest.substring(Math.min(rest.length(), words[i].length() + 1));
        }
        int slash = words[1].indexOf('/');
        return Optional.of(new PortmapHolding(
                element.key().part(0, IFNAME_BYTES).text(),
                element.key().part(IFNAME_BYTES, KEY_BYTES).toU32(),
                number(words[0]),
                MappedSources.named(slash < 0 ? "" : words[1].substring(0, slash)),
                Math.min(bytes * 8, number(words[1].substring(slash + 1))),
                mapping,
                rest));
    }

    private static int port(Value data, int at) {
        byte[] bytes = data.part(at, at + 2).bytes();
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    private static int number(String digits) {
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return 1;
            }
            value = Math.min(COUNT_MAX, value * 10 + (c - '0'));
        }
        return value;
    }

    /** What a link's owner holds: one send, and more if it holds more than one of a family. */
    static List<PortmapHolding> listOf(NetlinkSocket socket, String hostLinkName) {
        List<PortmapHolding> found = new ArrayList<>();
        for (PortmapHolding first : firstOf(socket, hostLinkName)) {
            found.add(first);
            for (int from = 1; from < first.count; from += BLOCK) {
                found.addAll(ask(
                        socket,
                        hostLinkName,
                        List.of(first.mapping.isIpv4()),
                        from,
                        Math.min(first.count, from + BLOCK)));
            }
        }
        return found;
    }

    /** The first of each family, which tells the owner. */
    static List<PortmapHolding> firstOf(NetlinkSocket socket, String hostLinkName) {
        return ask(socket, hostLinkName, List.of(true, false), 0, 1);
    }

    private static List<PortmapHolding> ask(
            NetlinkSocket socket, String hostLinkName, List<Boolean> families, int from, int to) {
        Batch batch = socket.batch();
        List<Reply<Element>> replies = new ArrayList<>();
        for (boolean ipv4 : families) {
            for (int ordinal = from; ordinal < to; ordinal++) {
                replies.add(Ruleset.find(
                        batch,
                        PortmapTable.owners(ipv4),
                        Element.of(PortmapTable.ownerKey(hostLinkName, ordinal))));
            }
        }
        socket.exchange(batch);
        List<PortmapHolding> found = new ArrayList<>();
        replies.forEach(reply -> reply.value().flatMap(PortmapHolding::of).ifPresent(found::add));
        return found;
    }

    boolean isFirst() {
        return ordinal == 0;
    }

    /** The element of the map of owners. */
    Place owner() {
        PortMapping it = mapping;
        Element element = Element.of(
                PortmapTable.ownerKey(hostLinkName, ordinal),
                Value.concat(
                        Value.of(it.hostAddress()),
                        Value.u8(it.protocol()),
                        Value.be16(it.hostPort()),
                        Value.of(it.container()),
                        Value.be16(it.containerPort())));
        return new Place(
                PortmapTable.owners(it.isIpv4()),
                isFirst()
                        ? element.withComment(Comment.of(
                                count + " " + sources.word() + "/" + prefixLength + " " + label))
                        : element);
    }

    /** The element that packets are looked up in. */
    Place port() {
        Value protocol = Value.u8(mapping.protocol());
        Value port = Value.be16(mapping.hostPort());
        boolean ipv4 = mapping.isIpv4();
        Value target =
                Value.concat(Value.of(mapping.container()), Value.be16(mapping.containerPort()));
        return mapping.isAny()
                ? place(PortmapTable.ports(ipv4), Element.of(Value.concat(protocol, port), target))
                : place(
                        PortmapTable.hostports(ipv4),
                        Element.of(
                                Value.concat(Value.of(mapping.hostAddress()), protocol, port),
                                target));
    }

    private Place place(NftSet set, Element element) {
        return new Place(set, element.withComment(hostLinkName));
    }

    /** Sources that get this host's address: they stand with the first mapping of the family. */
    List<Place> masquerade() {
        List<Place> places = new ArrayList<>();
        if (isFirst()) {
            for (Subnet source : sources.of(mapping.container(), prefixLength)) {
                PortmapLane lane = lane(source);
                places.add(
                        place(lane.sources(), lane.source(source.address(), mapping.container())));
            }
        }
        return places;
    }

    /** Where its sources stand. */
    List<PortmapLane> lanes() {
        return isFirst()
                ? sources.of(mapping.container(), prefixLength).stream()
                        .map(PortmapHolding::lane)
                        .toList()
                : List.of();
    }

    private static PortmapLane lane(Subnet source) {
        return new PortmapLane(source.isIpv4(), source.prefixLength());
    }

    /** All but the owner's. */
    List<Place> places() {
        List<Place> places = new ArrayList<>(List.of(port()));
        places.addAll(masquerade());
        return places;
    }
}
