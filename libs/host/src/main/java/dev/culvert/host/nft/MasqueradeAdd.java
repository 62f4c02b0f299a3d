// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.NftSet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts an owner's addresses in. The first transaction holds elements alone, which is all that is
 * needed on a host that has the table, and costs one send. What it is refused for is put into the
 * next one: a map, chain or set that is not there (ENOENT: first use, or {@code nft flush ruleset})
 * is created, an address that another owner holds (EEXIST) is taken from it. Everything is created
 * exclusively and a set together with its rule, so that of many processes on a cold host one makes
 * them and the others see EEXIST and leave them out.
 */
final class MasqueradeAdd {
    private static final int TRIES = 16;
    private static final int MAX_LINK_NAME = 15;

    /** Something shared that is made when it turns out to be missing, and what then uses it. */
    private static final class Piece {
        private boolean missing;
        private List<NftTransaction.Entry> created = List.of();
        private Optional<NftTransaction.Entry> use = Optional.empty();

        /**
         * Whether the refusal says that this is there already, or is not: then the next transaction
         * knows better.
         */
        private boolean learns() {
            if (!created.isEmpty()) {
                boolean isThere = created.get(0).refusedWith(Errno.EEXIST);
                missing &= !isThere;
                return isThere;
            }
            boolean isMissing =
                    use.filter(entry -> entry.refusedWith(Errno.ENOENT)).isPresent();
            missing |= isMissing;
            return isMissing;
        }

        private boolean isTaken() {
            return use.filter(entry -> entry.refusedWith(Errno.EEXIST)).isPresent();
        }
    }

    private final String hostLinkName;
    private final Map<MasqueradeGroup, List<MasqueradeHolding>> wanted = new LinkedHashMap<>();
    private final Map<MasqueradeGroup, Piece> groups = new LinkedHashMap<>();
    private final Map<NftSet, Piece> maps = new LinkedHashMap<>();
    private final Piece chain = new Piece();
    /** Of others, or our own of an earlier time; their deletion is part of the transaction. */
    private final Set<MasqueradeHolding> staleOwners = new LinkedHashSet<>();

    private final Map<NftSet, List<Element>> staleAddresses = new LinkedHashMap<>();
    /** Names that stood at an address without holding it; seen twice, they are believed. */
    private final Set<String> unowned = new LinkedHashSet<>();

    private final List<NftTransaction.Entry> deletions = new ArrayList<>();

    MasqueradeAdd(Mark mark, List<IfAddr> addresses) {
        this.hostLinkName = mark.hostLinkName();
        String label = mark.label();
        int ipv4Count = (int) addresses.stream().filter(IfAddr::isIpv4).count();
        int[] ordinals = new int[2];
        for (IfAddr address : addresses) {
            MasqueradeGroup group = MasqueradeGroup.of(mark.network(), address);
            int count = address.isIpv4() ? ipv4Count : addresses.size() - ipv4Count;
            MasqueradeHolding holding = new MasqueradeHolding(
                    hostLinkName,
                    ordinals[address.isIpv4() ? 0 : 1]++,
                    count,
                    address.address(),
                    group.setName(),
                    label);
            wanted.computeIfAbsent(group, key -> new ArrayList<>()).add(holding);
            groups.computeIfAbsent(group, key -> new Piece());
            maps.computeIfAbsent(holding.map(), key -> new Piece());
        }
    }

    /** The whole transaction, as on a host where nothing is yet. */
    List<String> describe() {
        chain.missing = true;
        maps.values().forEach(map -> map.missing = true);
        groups.values().forEach(group -> group.missing = true);
        return transaction().describe();
    }

    void run(NetlinkSocket socket) {
        NftTransaction transaction = transaction();
        for (int i = 0; i < TRIES; i++) {
            if (transaction.tryCommit(socket)) {
                return;
            }
            if (!learn(socket)) {
                throw transaction.firstRefusal();
            }
            transaction = transaction();
        }
        throw new ErrnoException(
                "add masquerade for",
                hostLinkName,
                Errno.EAGAIN.negated(),
                "others changed it " + TRIES + " times");
    }

    private NftTransaction transaction() {
        NftTransaction nft = new NftTransaction("masquerade for " + hostLinkName);
        boolean anyMap = maps.values().stream().anyMatch(map -> map.missing);
        if (anyMap || chain.missing) {
            nft.add(MasqueradeTable.TABLE);
        }
        chain.created = !chain.missing
                ? List.of()
                : List.of(
                        nft.create(MasqueradeTable.CHAIN),
                        nft.add(MasqueradeTable.multicast(true)),
                        nft.add(MasqueradeTable.multicast(false)));
        maps.forEach((map, piece) ->
                piece.created = !piece.missing ? List.of() : List.of(nft.create(map)));
        groups.forEach((group, piece) -> {
            piece.created = !piece.missing
                    ? List.of()
                    : List.of(nft.create(group.set()), nft.add(group.rule()));
            if (!piece.missing && chain.missing) {
                nft.add(group.rule()); // A set that outlived its chain; the new chain has no
                // rule yet.
            }
        });
        deletions.clear();
        staleOwners.forEach(
                holding -> deletions.add(nft.delete(holding.map(), List.of(holding.element()))));
        staleAddresses.forEach((set, elements) -> deletions.add(nft.delete(set, elements)));
        wanted.forEach((group, held) -> groups.get(group).use = Optional.of(nft.create(
                group.set(),
                held.stream().map(MasqueradeHolding::addressElement).toList())));
        maps.forEach((map, piece) -> piece.use = Optional.of(nft.create(
                map,
                holdings()
                        .filter(holding -> holding.map().equals(map))
                        .map(MasqueradeHolding::element)
                        .toList())));
        return nft;
    }

    /** What the owner shall hold. */
    List<MasqueradeHolding> wanted() {
        return holdings().toList();
    }

    private Stream<MasqueradeHolding> holdings() {
        return wanted.values().stream().flatMap(List::stream);
    }

    /** Whether the next transaction can do what this one was refused for. */
    private boolean learn(NetlinkSocket socket) {
        requireNat();
        boolean learned = chain.learns();
        for (Piece map : maps.values()) {
            boolean wasThere = map.created.isEmpty();
            learned |= map.learns();
            // Without its maps the table has no chain either, or this is soon told.
            chain.missing |= wasThere && map.missing;
        }
        for (Piece group : groups.values()) {
            learned |= group.learns();
            if (chain.created.isEmpty() && isRuleWithoutChain(group)) {
                chain.missing = true;
                learned = true;
            }
        }
        boolean taken = Stream.concat(maps.values().stream(), groups.values().stream())
                .anyMatch(Piece::isTaken);
        boolean vanished = deletions.stream().anyMatch(entry -> entry.refusedWith(Errno.ENOENT));
        if (taken || vanished) {
            findStale(socket);
        }
        return learned || taken || vanished;
    }

    private static boolean isRuleWithoutChain(Piece group) {
        return group.created.size() > 1 && group.created.get(1).refusedWith(Errno.ENOENT);
    }

    /** The chain's table is in the same transaction, so "no such" is about the kind of chain. */
    private void requireNat() {
        if (!chain.created.isEmpty() && chain.created.get(0).refusedWith(Errno.ENOENT)) {
            throw noNat();
        }
    }

    static ErrnoException noNat() {
        return new ErrnoException(
                "create nat chain in",
                MasqueradeTable.TABLE.label(),
                Errno.EOPNOTSUPP.negated(),
                "NAT in inet tables needs Linux 5.2 or later");
    }

    /** Looks whose the addresses are, and what this owner has from an earlier time. */
    private void findStale(NetlinkSocket socket) {
        staleOwners.clear();
        staleAddresses.clear();
        List<MasqueradeHolding> earlier = MasqueradeHolding.listOf(socket, hostLinkName);
        staleOwners.addAll(earlier);
        Set<MasqueradeHolding> questions = new LinkedHashSet<>(holdings().toList());
        earlier.stream().filter(holding -> !holding.setName().isEmpty()).forEach(questions::add);
        Batch batch = socket.batch();
        Map<MasqueradeHolding, Reply<Element>> replies = new LinkedHashMap<>();
        questions.forEach(holding ->
                replies.put(holding, Ruleset.find(batch, holding.set(), holding.addressElement())));
        socket.exchange(batch);
        replies.forEach((holding, reply) -> reply.value().ifPresent(element -> {
            boolean own = element.comment().equals(hostLinkName);
            // Whoever lost the address between the two questions has lost it to a third, whose it
            // is by now: ask again.
            boolean moving =
                    !own && !findOwner(socket, element.comment()) && unowned.add(element.comment());
            if (own || !moving && holdings().anyMatch(holding::equals)) {
                takeAddress(holding.set(), element);
            }
        }));
    }

    private void takeAddress(NftSet set, Element element) {
        List<Element> elements = staleAddresses.computeIfAbsent(set, key -> new ArrayList<>());
        if (elements.stream().noneMatch(known -> known.key().equals(element.key()))) {
            elements.add(element);
        }
    }

    /** Answers false if the link holds none of the wanted addresses. */
    private boolean findOwner(NetlinkSocket socket, String other) {
        if (other.isEmpty() || other.length() > MAX_LINK_NAME) {
            return true; // Not written by us: the address has no owner.
        }
        List<MasqueradeHolding> theirs = MasqueradeHolding.listOf(socket, other).stream()
                .filter(held -> holdings()
                        .anyMatch(ours -> ours.address().equals(held.address())
                                && ours.setName().equals(held.setName())))
                .toList();
        staleOwners.addAll(theirs);
        return !theirs.isEmpty();
    }
}
