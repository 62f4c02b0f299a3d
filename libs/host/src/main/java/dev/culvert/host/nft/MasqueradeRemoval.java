// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.nft.MasqueradeHolding.Place;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.netlink.SharedTable;
import dev.culvert.sys.Errno;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.NftSet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Takes away what owners hold. The deletion of an owner's element guards the transaction: if it is
 * gone, because the address went to a newer owner or somebody else removed it, nothing is done and
 * the kernel is asked again.
 */
final class MasqueradeRemoval {
    /** A transaction must fit into the socket's buffer; this many need about 15 KB. */
    private static final int CHUNK = 50;

    private final NetlinkSocket socket;
    private final String purpose;
    /** What is gone although an owner's element leads to it: somebody deleted it by hand. */
    private final Set<Place> lost = new LinkedHashSet<>();

    MasqueradeRemoval(NetlinkSocket socket, String purpose) {
        this.socket = socket;
        this.purpose = purpose;
    }

    /** Removes one owner's. */
    void of(Mark mark) {
        removeAll(() -> MasqueradeHolding.listOf(socket, mark.hostLinkName()).stream()
                .filter(holding -> mark.owns(holding.label()))
                .toList());
    }

    /** Removes whatever goes by a link's name. */
    void of(String hostLinkName) {
        removeAll(() -> MasqueradeHolding.listOf(socket, hostLinkName));
    }

    /**
     * Removes what a link holds at another's place.
     *
     * @return whether it held anything
     */
    boolean of(String hostLinkName, MasqueradeHolding place) {
        return removeAll(() -> MasqueradeHolding.listOf(socket, hostLinkName).stream()
                .filter(place::isAt)
                .toList());
    }

    /** Removes those of a network whose digests are not valid. */
    void ofNetwork(String network, Set<String> validDigests) {
        Predicate<MasqueradeHolding> isStale = holding -> Mark.isOf(network, holding.label())
                && !validDigests.contains(Mark.digestIn(holding.label()));
        removeAll(() -> {
            List<MasqueradeHolding> stale = new ArrayList<>();
            for (NftSet map : MasqueradeTable.maps()) {
                for (Element element : new Ruleset(socket).listElements(map)) {
                    MasqueradeHolding.of(element).filter(isStale).ifPresent(stale::add);
                }
            }
            return stale;
        });
    }

    /** Answers false if there was nothing. */
    private boolean removeAll(Supplier<List<MasqueradeHolding>> list) {
        for (int i = 0; i < SharedTable.TRIES; i++) {
            List<MasqueradeHolding> held = list.get();
            if (held.isEmpty()) {
                return i > 0;
            }
            boolean removed = true;
            for (int from = 0; from < held.size(); from += CHUNK) {
                removed &= tryRemove(held.subList(from, Math.min(held.size(), from + CHUNK)));
            }
            if (removed) {
                return true;
            }
        }
        throw SharedTable.busy(purpose);
    }

    /** False if something has changed meanwhile. */
    private boolean tryRemove(List<MasqueradeHolding> held) {
        NftTransaction nft = new NftTransaction(purpose);
        List<NftTransaction.Entry> guards = new ArrayList<>();
        Map<Place, NftTransaction.Entry> places = new LinkedHashMap<>();
        for (MasqueradeHolding holding : held) {
            guards.add(nft.delete(holding.map(), List.of(holding.element())));
            for (Place place : holding.places()) {
                if (!lost.contains(place)) {
                    places.put(place, nft.delete(place.set(), List.of(place.element())));
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

    /**
     * Removes what stands at a holding's places without an owner. Where the address is not there it
     * stays so: by now it may be somebody's.
     */
    void clear(MasqueradeHolding holding, boolean withAddress) {
        for (Place place : holding.places()) {
            if (withAddress || !place.set().equals(holding.lane().addresses())) {
                NftTransaction nft = new NftTransaction(purpose);
                nft.delete(place.set(), List.of(place.element()));
                if (!nft.tryCommit(socket) && !nft.refusedOnlyWith(Errno.ENOENT)) {
                    throw nft.firstRefusal();
                }
            }
        }
    }
}
