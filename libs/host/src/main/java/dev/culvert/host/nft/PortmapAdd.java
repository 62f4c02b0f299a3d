// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.nft.PortmapHolding.Place;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.netlink.SharedTable;
import dev.culvert.sys.ConflictException;
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

/** What some of an owner's mappings put into the table, in one transaction. */
final class PortmapAdd implements SharedTable.Content {
    private final String purpose;
    private final String hostLinkName;
    private final List<PortmapHolding> wanted;
    /** Ports and sources that stood under a name that holds nothing. */
    private final Set<String> unowned = new LinkedHashSet<>();

    private Optional<NftTransaction.Entry> natChain = Optional.empty();

    PortmapAdd(String purpose, List<PortmapHolding> wanted) {
        this.purpose = purpose;
        this.hostLinkName = wanted.get(0).hostLinkName();
        this.wanted = wanted;
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
            throw natChain.filter(entry -> entry.refusedWith(Errno.ENOENT)).isPresent()
                    ? noNat()
                    : e;
        }
    }

    @Override
    public void shape(NftTransaction nft) {
        natChain = Optional.of(PortmapTable.shape(nft, lanes()));
    }

    private Set<PortmapLane> lanes() {
        Set<PortmapLane> lanes = new LinkedHashSet<>();
        wanted.forEach(holding -> lanes.addAll(holding.lanes()));
        return lanes;
    }

    @Override
    public List<NftTransaction.Entry> elements(NftTransaction nft) {
        Map<NftSet, List<Element>> places = new LinkedHashMap<>();
        for (PortmapHolding holding : wanted) {
            put(places, holding.owner());
            holding.places().forEach(place -> put(places, place));
        }
        List<NftTransaction.Entry> entries = new ArrayList<>();
        places.forEach((set, elements) -> entries.add(nft.create(set, elements)));
        return entries;
    }

    private static void put(Map<NftSet, List<Element>> all, Place place) {
        all.computeIfAbsent(place.set(), key -> new ArrayList<>()).add(place.element());
    }

    /**
     * Removes what this owner has from an earlier time, and all of an owner whose container's
     * address is this one's by now.
     *
     * @throws ConflictException PORT_TAKEN if another holds one of the ports
     */
    @Override
    public void takeOver(NetlinkSocket socket) {
        for (PortmapHolding holding : wanted) {
            holding.masquerade().forEach(place -> takeOver(socket, place));
        }
        Batch batch = socket.batch();
        List<Reply<Element>> ports = new ArrayList<>();
        wanted.forEach(holding -> ports.add(
                Ruleset.find(batch, holding.port().set(), holding.port().element())));
        socket.exchange(batch);
        for (int i = 0; i < ports.size(); i++) {
            String owner = ports.get(i).value().map(Element::comment).orElse(hostLinkName);
            if (!owner.equals(hostLinkName)) {
                refuse(socket, wanted.get(i), owner);
            }
        }
        new PortmapRemoval(socket, purpose).of(hostLinkName);
    }

    private void takeOver(NetlinkSocket socket, Place place) {
        String owner = new Ruleset(socket)
                .find(place.set(), place.element())
                .map(Element::comment)
                .orElse(hostLinkName);
        if (owner.equals(hostLinkName)) {
            return;
        }
        PortmapRemoval removal = new PortmapRemoval(socket, purpose);
        if (removal.of(owner).isEmpty()
                && !unowned.add(owner + " " + place.element().key())) {
            // Seen for the second time under the same name, so it has not just moved from one
            // owner to another: somebody changed it by hand.
            removal.clear(place);
        }
    }

    private void refuse(NetlinkSocket socket, PortmapHolding holding, String owner) {
        List<PortmapHolding> held = PortmapHolding.firstOf(socket, owner);
        if (held.isEmpty() && unowned.add(owner + " " + holding.mapping().label())) {
            return; // Going away at this moment: try again.
        }
        throw new ConflictException(
                ConflictException.Kind.PORT_TAKEN,
                "host port " + holding.mapping().label() + " leads to "
                        + (held.isEmpty()
                                ? "an element of " + holding.port().set().label()
                                        + " with comment \"" + owner + "\""
                                : "another attachment: " + held.get(0).label()),
                held.isEmpty()
                        ? "delete the element: nothing of ours owns it"
                        : "choose another host port, or DEL that attachment");
    }

    static ErrnoException noNat() {
        return ErrnoException.because(
                "create nat chain in",
                PortmapTable.TABLE.label(),
                Errno.EOPNOTSUPP.negated(),
                "NAT in inet tables needs Linux 5.2 or later");
    }
}
