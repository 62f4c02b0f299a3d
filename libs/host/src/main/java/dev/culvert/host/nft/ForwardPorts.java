// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.host.Valid;
import dev.culvert.host.nft.PortmapHolding.Place;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Host ports lead to an attachment's container. The table is shared and stays; elements belong to
 * the attachment. A port that leads to another attachment is refused.
 *
 * @param containers the addresses that mappings lead to, at most one of a family
 * @param mappings no two of the same port
 * @see PortmapTable the layout and its reasons
 */
public record ForwardPorts(
        Mark mark, List<IfAddr> containers, List<PortMapping> mappings, MappedSources sources)
        implements Step {
    /** Copies the lists. */
    public ForwardPorts {
        containers = List.copyOf(containers);
        mappings = List.copyOf(mappings);
    }

    private String purpose() {
        return "forward ports to " + mark.hostLinkName();
    }

    /** What the attachment shall hold, IPv4 first. */
    private List<PortmapHolding> wanted() {
        List<PortmapHolding> wanted = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            List<PortMapping> family = mappings.stream()
                    .filter(mapping -> mapping.isIpv4() == ipv4)
                    .toList();
            for (int i = 0; i < family.size(); i++) {
                // As they come back from the kernel: only the first tells about all.
                boolean first = i == 0;
                wanted.add(new PortmapHolding(
                        mark.hostLinkName(),
                        i,
                        first ? family.size() : 0,
                        first ? sources : MappedSources.NONE,
                        first ? prefixLength(ipv4) : 0,
                        family.get(i),
                        first ? mark.label() : ""));
            }
        }
        return wanted;
    }

    private int prefixLength(boolean ipv4) {
        return containers.stream()
                .filter(container -> container.isIpv4() == ipv4)
                .findFirst()
                .map(IfAddr::prefixLength)
                .orElse(0);
    }

    /**
     * In nft's words, as on a host where nothing of it is yet; on others the shared parts are left
     * out.
     */
    @Override
    public List<String> describe() {
        return mappings.isEmpty()
                ? List.of()
                : new PortmapAdd(purpose(), wanted())
                        .describe().stream().map(line -> "nft " + line).toList();
    }

    @Override
    public void apply(Site site, Undo undo) {
        if (mappings.isEmpty()) {
            return;
        }
        NetlinkSocket socket = site.nft();
        undo.push("remove ports of " + mark.hostLinkName(), () -> remove(site, mark));
        List<PortmapHolding> wanted = wanted();
        for (int from = 0; from < wanted.size(); from += PortmapRemoval.CHUNK) {
            int to = Math.min(wanted.size(), from + PortmapRemoval.CHUNK);
            new PortmapAdd(purpose(), wanted.subList(from, to)).run(socket);
        }
        new StaleFlows(site, socket).leadingElsewhere(mappings);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        if (mappings.isEmpty()) {
            return Optional.empty();
        }
        NetlinkSocket socket = site.nft();
        Optional<Drift> drift = Optional.empty();
        for (Chain chain : PortmapTable.chains()) {
            drift = drift.or(() -> verify(socket, chain, PortmapRules.of(chain)));
        }
        for (PortmapHolding holding : wanted()) {
            for (PortmapLane lane : holding.lanes()) {
                drift = drift.or(() -> verify(socket, lane.chain(), lane.rules()));
            }
        }
        return drift.or(() -> verifyElements(socket));
    }

    /** Rules that somebody has put beside ours are not looked at. */
    private static Optional<Drift> verify(NetlinkSocket socket, Chain chain, List<Rule> wanted) {
        Ruleset ruleset = new Ruleset(socket);
        Optional<Chain> found = ruleset.find(chain);
        if (found.isEmpty()) {
            return Drift.missing(chain.label());
        }
        if (!found.get().hook().equals(chain.hook())) {
            return Optional.of(
                    new Drift(chain.label(), chain.describe(), found.get().describe()));
        }
        List<Rule> rules = ruleset.listRules(chain);
        for (Rule rule : wanted) {
            if (rules.stream().noneMatch(it -> it.expressions().equals(rule.expressions()))) {
                return Optional.of(
                        new Drift("rule in " + chain.label(), rule.text(), "no such rule"));
            }
        }
        return Optional.empty();
    }

    private Optional<Drift> verifyElements(NetlinkSocket socket) {
        List<Place> places = new ArrayList<>();
        for (PortmapHolding holding : wanted()) {
            places.add(holding.owner());
            places.addAll(holding.places());
        }
        Batch batch = socket.batch();
        List<Reply<Element>> replies = new ArrayList<>();
        places.forEach(place -> replies.add(Ruleset.find(batch, place.set(), place.element())));
        socket.exchange(batch);
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            Optional<Drift> drift = Drift.unlessEqual(
                    "element of " + place.set().label(),
                    place.set().describe(place.element()),
                    replies.get(i).value().map(place.set()::describe).orElse("missing"));
            if (drift.isPresent()) {
                return drift;
            }
        }
        return Optional.empty();
    }

    /**
     * Removes what carries a mark, whatever the ports were. Without anything there it costs one
     * send.
     *
     * @throws ErrnoException EPERM without CAP_NET_ADMIN, EAGAIN if others changed the same all the
     *     time
     */
    static void remove(Site site, Mark mark) {
        site.findNft()
                .ifPresent(socket -> forget(
                        site,
                        socket,
                        new PortmapRemoval(socket, "remove ports of " + mark.hostLinkName())
                                .of(mark)));
    }

    /** Removes what belongs to a network's attachments, except those whose digests are valid. */
    static void sweep(Site site, Valid valid) {
        site.findNft()
                .ifPresent(socket -> forget(
                        site,
                        socket,
                        new PortmapRemoval(
                                        socket, "remove stale ports of network " + valid.network())
                                .ofNetwork(valid.network(), valid.digests())));
    }

    private static void forget(Site site, NetlinkSocket socket, List<PortmapHolding> removed) {
        new StaleFlows(site, socket)
                .leadingTo(removed.stream().map(PortmapHolding::mapping).toList());
    }

    /**
     * Whether this kernel can forward ports by nftables. Where it has our chains already the answer
     * costs one send; otherwise the kernel checks a transaction whose end never comes, which
     * changes nothing.
     *
     * @throws ErrnoException EOPNOTSUPP if it can not, EPERM without CAP_NET_ADMIN
     */
    public static void requireKernel(Site site) {
        NetlinkSocket socket = site.nft();
        if (new Ruleset(socket).find(PortmapTable.translate()).isEmpty()) {
            NftTransaction nft = new NftTransaction("check for forwarding of ports");
            NftTransaction.Entry chain = PortmapTable.shape(nft, List.of(new PortmapLane(true, 0)));
            if (!nft.check(socket)) {
                throw chain.refusedWith(Errno.ENOENT) ? PortmapAdd.noNat() : nft.firstRefusal();
            }
        }
    }
}
