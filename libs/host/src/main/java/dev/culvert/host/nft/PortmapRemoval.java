// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.nft.PortmapHolding.Place;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.netlink.SharedTable;
import dev.culvert.sys.Errno;
import dev.culvert.wire.nft.Element;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes away what owners hold. The deletion of an owner's element guards the transaction: if it is
 * gone, because another call removes the same, nothing is done and the kernel is asked again.
 */
final class PortmapRemoval {
    /** A transaction must fit into the socket's buffer; this many need about 60 KB. */
    static final int CHUNK = 200;

    private final NetlinkSocket socket;
    private final String purpose;
    /** What is gone although an owner's element leads to it: somebody deleted it by hand. */
    private final Set<Place> lost = new LinkedHashSet<>();

    PortmapRemoval(NetlinkSocket socket, String purpose) {
        this.socket = socket;
        this.purpose = purpose;
    }

    /** Removes one owner's; returns what it held. */
    List<PortmapHolding> of(Mark mark) {
        return removeAll(() -> {
            List<PortmapHolding> held = PortmapHolding.listOf(socket, mark.hostLinkName());
            return held.isEmpty() || mark.owns(held.get(0).label()) ? held : List.of();
        });
    }

    /** Removes whatever goes by a link's name; returns what it held. */
    List<PortmapHolding> of(String hostLinkName) {
        return removeAll(() -> PortmapHolding.listOf(socket, hostLinkName));
    }

    /** Removes those of a network whose digests are not valid; returns what they held. */
    List<PortmapHolding> ofNetwork(String network, Set<String> validDigests) {
        Set<String> stale = new LinkedHashSet<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            for (Element element : new Ruleset(socket).listElements(PortmapTable.owners(ipv4))) {
                PortmapHolding.of(element)
                        .filter(holding -> Mark.isOf(network, holding.label())
                                && !validDigests.contains(Mark.digestIn(holding.label())))
                        .ifPresent(holding -> stale.add(holding.hostLinkName()));
            }
        }
        List<PortmapHolding> removed = new ArrayList<>();
        stale.forEach(link -> removed.addAll(of(link)));
        return removed;
    }

    private List<PortmapHolding> removeAll(Supplier<List<PortmapHolding>> list) {
        List<PortmapHolding> removed = List.of();
        for (int i = 0; i < SharedTable.TRIES; i++) {
            List<PortmapHolding> held = list.get();
            if (held.isEmpty()) {
                return removed;
            }
            removed = held;
            boolean whole = true;
            // The first mapping, which leads to the others, goes last.
            for (int to = held.size(); to > 0 && whole; to -= CHUNK) {
                whole = tryRemove(held.subList(Math.max(0, to - CHUNK), to));
            }
            if (whole) {
                return held;
            }
        }
        throw SharedTable.busy(purpose);
    }

    /** False if something has changed meanwhile. */
    private boolean tryRemove(List<PortmapHolding> held) {
        NftTransaction nft = new NftTransaction(purpose);
        List<NftTransaction.Entry> guards = new ArrayList<>();
        Map<Place, NftTransaction.Entry> places = new LinkedHashMap<>();
        for (PortmapHolding holding : held) {
            guards.add(delete(nft, holding.owner()));
            for (Place place : holding.places()) {
                if (!lost.contains(place)) {
                    places.put(place, delete(nft, place));
                }
            }
        }
        if (nft.tryCommit(socket)) {
            return true;
        }
        if (!nft.refusedOnlyWith(Errno.ENOENT)) {
            throw nft.firstRefusal();
        }
        if (guards.stream().noneMatch(guard -> guard.refusedWith(Errno.ENOENT))) {
            places.forEach((place, entry) -> {
                if (entry.refusedWith(Errno.ENOENT)) {
                    lost.add(place);
                }
            });
        }
        return false;
    }

    private static NftTransaction.Entry delete(NftTransaction nft, Place place) {
        return nft.delete(place.set(), List.of(place.element()));
    }

    /** Removes what stands somewhere without an owner. */
    void clear(Place place) {
        NftTransaction nft = new NftTransaction(purpose);
        delete(nft, place);
        if (!nft.tryCommit(socket) && !nft.refusedOnlyWith(Errno.ENOENT)) {
            throw nft.firstRefusal();
        }
    }
}
