// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.netlink.SharedTable;
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

/** What an owner's addresses put into the table, and its lanes as far as they need them. */
final class MasqueradeAdd implements SharedTable.Content {
    private final String purpose;
    private final String hostLinkName;
    private final List<MasqueradeHolding> wanted = new ArrayList<>();
    private final Set<MasqueradeLane> lanes = new LinkedHashSet<>();
    /** Addresses with the link that they stood under without being held by it; "" for none. */
    private final Set<String> unowned = new LinkedHashSet<>();

    private final List<NftTransaction.Entry> chains = new ArrayList<>();

    MasqueradeAdd(Mark mark, List<IfAddr> addresses) {
        this.hostLinkName = mark.hostLinkName();
        this.purpose = "masquerade for " + hostLinkName;
        int ipv4Count = (int) addresses.stream().filter(IfAddr::isIpv4).count();
        int[] ordinals = new int[2];
        for (IfAddr address : addresses) {
            wanted.add(new MasqueradeHolding(
                    hostLinkName,
                    ordinals[address.isIpv4() ? 0 : 1]++,
                    address.isIpv4() ? ipv4Count : addresses.size() - ipv4Count,
                    address.address(),
                    address.prefixLength(),
                    mark.label()));
            lanes.add(MasqueradeLane.of(address));
        }
    }

    /** What the owner shall hold. */
    List<MasqueradeHolding> wanted() {
        return wanted;
    }

    /** The whole transaction, as on a host where nothing is yet. */
    List<String> describe() {
        NftTransaction nft = new NftTransaction(purpose);
        shape(nft);
        elements(nft);
        return nft.describe();
    }

    void run(NetlinkSocket socket) {
        try {
            SharedTable.put(socket, purpose, this);
        } catch (ErrnoException e) {
            // The chain's table is in the same transaction, so "no such" is about the kind of
            // chain.
            throw chains.stream().anyMatch(entry -> entry.refusedWith(Errno.ENOENT)) ? noNat() : e;
        }
    }

    static ErrnoException noNat() {
        return ErrnoException.because(
                "create nat chain in",
                MasqueradeTable.TABLE.label(),
                Errno.EOPNOTSUPP.negated(),
                "NAT in inet tables needs Linux 5.2 or later");
    }

    @Override
    public void shape(NftTransaction nft) {
        nft.add(MasqueradeTable.TABLE);
        chains.clear();
        lanes.forEach(lane -> chains.add(lane.shape(nft)));
        MasqueradeTable.maps().forEach(nft::add);
    }

    @Override
    public List<NftTransaction.Entry> elements(NftTransaction nft) {
        Map<NftSet, List<Element>> places = new LinkedHashMap<>();
        Map<NftSet, List<Element>> owners = new LinkedHashMap<>();
        for (MasqueradeHolding holding : wanted) {
            holding.places().forEach(place -> put(places, place.set(), place.element()));
            put(owners, holding.map(), holding.element());
        }
        List<NftTransaction.Entry> entries = new ArrayList<>();
        places.forEach((set, elements) -> entries.add(nft.create(set, elements)));
        owners.forEach((map, elements) -> entries.add(nft.create(map, elements)));
        return entries;
    }

    private static void put(Map<NftSet, List<Element>> all, NftSet set, Element element) {
        all.computeIfAbsent(set, key -> new ArrayList<>()).add(element);
    }

    /** Removes what this owner has from an earlier time, and what others have at its addresses. */
    @Override
    public void takeOver(NetlinkSocket socket) {
        MasqueradeRemoval removal = new MasqueradeRemoval(socket, purpose);
        removal.of(hostLinkName);
        for (MasqueradeHolding holding : wanted) {
            Optional<Element> found =
                    new Ruleset(socket).find(holding.lane().addresses(), holding.addressElement());
            String owner = found.map(Element::comment).orElse("");
            boolean isOwned = !owner.isEmpty() && removal.of(owner, holding);
            if (!isOwned && !unowned.add(owner + " " + holding.address())) {
                // Seen for the second time under the same name, so it has not just moved from one
                // owner to another: somebody changed it by hand.
                removal.clear(holding, found.isPresent());
            }
        }
    }
}
