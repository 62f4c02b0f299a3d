// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes away what owners hold. The deletion of an owner's element guards the transaction: if it is
 * gone, because the address went to a newer owner or somebody else removed it, nothing is done and
 * the kernel is asked again. The address is added before it is deleted, so that its absence does no
 * harm (a deletion that tolerates absence needs Linux 6.3).
 */
final class MasqueradeRemoval {
    private static final int TRIES = 16;
    /** A transaction must fit into the socket's buffer; this many need about 20 KB. */
    private static final int CHUNK = 100;

    private final NetlinkSocket socket;
    private final String purpose;
    /** Sets that are gone although an owner's element names them: somebody deleted them by hand. */
    private final Set<String> lostSets = new LinkedHashSet<>();

    MasqueradeRemoval(NetlinkSocket socket, String purpose) {
        this.socket = socket;
        this.purpose = purpose;
    }

    /** Removes one owner's. */
    void of(Mark mark) {
        for (int i = 0; i < TRIES; i++) {
            List<MasqueradeHolding> held =
                    new ArrayList<>(MasqueradeHolding.listOf(socket, mark.hostLinkName()));
            held.removeIf(holding -> !mark.owns(holding.label()));
            if (held.isEmpty() || tryRemove(held)) {
                return;
            }
        }
        throw busy();
    }

    /**
     * Removes those of a network whose digests are not valid, then its sets and rules that nobody
     * uses any more.
     */
    void ofNetwork(String network, Set<String> validDigests) {
        for (int i = 0; i < TRIES; i++) {
            List<MasqueradeHolding> ofNetwork = listOf(network);
            List<MasqueradeHolding> stale = ofNetwork.stream()
                    .filter(holding -> !validDigests.contains(Mark.digestIn(holding.label())))
                    .toList();
            boolean removed = true;
            for (int from = 0; from < stale.size(); from += CHUNK) {
                removed &= tryRemove(stale.subList(from, Math.min(stale.size(), from + CHUNK)));
            }
            if (removed) {
                ofNetwork.removeAll(stale);
                removeUnused(network, ofNetwork);
                return;
            }
        }
        throw busy();
    }

    private ErrnoException busy() {
        return new ErrnoException(
                purpose, "", Errno.EAGAIN.negated(), "others changed it " + TRIES + " times");
    }

    private List<MasqueradeHolding> listOf(String network) {
        List<MasqueradeHolding> all = new ArrayList<>();
        for (NftSet map : MasqueradeTable.maps()) {
            for (Element element : new Ruleset(socket).listElements(map)) {
                MasqueradeHolding.of(element)
                        .filter(holding -> Mark.isOf(network, holding.label()))
                        .ifPresent(all::add);
            }
        }
        return all;
    }

    /** False if something has changed meanwhile. */
    private boolean tryRemove(List<MasqueradeHolding> held) {
        Map<NftSet, List<Element>> owners = new LinkedHashMap<>();
        Map<NftSet, List<Element>> addresses = new LinkedHashMap<>();
        for (MasqueradeHolding holding : held) {
            owners.computeIfAbsent(holding.map(), map -> new ArrayList<>()).add(holding.element());
            if (!holding.setName().isEmpty() && !lostSets.contains(holding.setName())) {
                addresses
                        .computeIfAbsent(holding.set(), set -> new ArrayList<>())
                        .add(holding.addressElement());
            }
        }
        NftTransaction transaction = new NftTransaction(purpose);
        List<NftTransaction.Entry> guards = new ArrayList<>();
        owners.forEach((map, elements) -> guards.add(transaction.delete(map, elements)));
        Map<String, NftTransaction.Entry> added = new LinkedHashMap<>();
        addresses.forEach((set, elements) -> {
            added.put(set.name(), transaction.add(set, elements));
            transaction.delete(set, elements);
        });
        if (transaction.tryCommit(socket)) {
            return true;
        }
        boolean isExpected = guards.stream().anyMatch(guard -> guard.refusedWith(Errno.ENOENT));
        for (Map.Entry<String, NftTransaction.Entry> entry : added.entrySet()) {
            if (entry.getValue().refusedWith(Errno.ENOENT)) {
                lostSets.add(entry.getKey());
                isExpected = true;
            }
        }
        if (!isExpected) {
            throw transaction.firstRefusal();
        }
        return false;
    }

    /**
     * Deletes rules of the network, with their sets, that no owner needs. An ADD that comes between
     * finds its set gone and makes it again, or has put its address in, and the kernel refuses this
     * (EBUSY).
     */
    private void removeUnused(String network, List<MasqueradeHolding> held) {
        Set<String> used = new LinkedHashSet<>();
        held.forEach(holding -> used.add(holding.setName()));
        for (Rule rule : new Ruleset(socket).listRules(MasqueradeTable.CHAIN)) {
            String set = Mark.isOf(network, rule.comment()) ? setOf(rule) : "";
            if (!set.isEmpty() && !used.contains(set)) {
                NftTransaction transaction = new NftTransaction(purpose);
                transaction.delete(rule);
                transaction.deleteEmpty(MasqueradeTable.set(set));
                if (!transaction.tryCommit(socket)
                        && !transaction.refusedOnlyWith(Errno.EBUSY, Errno.ENOENT)) {
                    throw transaction.firstRefusal();
                }
            }
        }
    }

    private static String setOf(Rule rule) {
        return rule.sets().stream()
                .filter(MasqueradeTable::isSetName)
                .findFirst()
                .orElse("");
    }
}
