// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an attachment's addresses send beyond their own subnet (and not to multicast) gets the
 * address of the link that it leaves this host by. The table and its lanes, one for each length of
 * prefix in use, are shared and stay; elements belong to the attachment, and an address belongs to
 * the attachment that came last. Nothing is made for a network, so nothing of one can stay.
 *
 * @param addresses without repetition; those with prefix length 0, for which nothing lies beyond,
 *     are left out
 * @see MasqueradeTable the layout and its reasons
 */
public record Masquerade(Mark mark, List<IfAddr> addresses) implements Step {
    /** Of most networks' subnets: their chain is looked for to know what the kernel can do. */
    private static final int COMMON_LENGTH = 24;

    /** Copies the list. */
    public Masquerade {
        addresses = addresses.stream()
                .filter(address -> address.prefixLength() > 0)
                .distinct()
                .toList();
    }

    public static Masquerade of(Mark mark, List<IfAddr> addresses) {
        return new Masquerade(mark, addresses);
    }

    /**
     * In nft's words, as on a host where nothing of it is yet; on others the shared parts are left
     * out.
     */
    @Override
    public List<String> describe() {
        return addresses.isEmpty()
                ? List.of()
                : new MasqueradeAdd(mark, addresses)
                        .describe().stream().map(line -> "nft " + line).toList();
    }

    @Override
    public void apply(Site site, Undo undo) {
        if (addresses.isEmpty()) {
            return;
        }
        undo.push("remove masquerade for " + mark.hostLinkName(), () -> remove(site, mark));
        new MasqueradeAdd(mark, addresses).run(site.nft());
    }

    /**
     * A single address may have come with a subnet that its result does not tell, as with ptp's
     * link-local gateway: then it stands in that subnet's lane.
     */
    @Override
    public Optional<Drift> verify(Site site) {
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        NetlinkSocket socket = site.nft();
        List<MasqueradeHolding> wanted = wanted(socket);
        Optional<Drift> drift = Optional.empty();
        for (MasqueradeHolding holding : wanted) {
            drift = drift.or(() -> verifyChain(socket, holding.lane().chain()));
        }
        for (MasqueradeHolding holding : wanted) {
            drift = drift.or(() -> verifyElements(socket, holding));
        }
        for (MasqueradeHolding holding : wanted) {
            drift = drift.or(() -> verifyRules(socket, holding.lane()));
        }
        return drift;
    }

    private List<MasqueradeHolding> wanted(NetlinkSocket socket) {
        List<MasqueradeHolding> wanted = new MasqueradeAdd(mark, addresses).wanted();
        if (wanted.stream().allMatch(holding -> holding.lane().hasSubnets())) {
            return wanted;
        }
        List<MasqueradeHolding> held = MasqueradeHolding.listOf(socket, mark.hostLinkName());
        return wanted.stream().map(holding -> inItsLane(holding, held)).toList();
    }

    private static MasqueradeHolding inItsLane(
            MasqueradeHolding holding, List<MasqueradeHolding> held) {
        for (MasqueradeHolding found : held) {
            if (!holding.lane().hasSubnets()
                    && found.address().equals(holding.address())
                    && found.prefixLength() > 0) {
                return holding.withPrefixLength(found.prefixLength());
            }
        }
        return holding;
    }

    private static Optional<Drift> verifyChain(NetlinkSocket socket, Chain chain) {
        Optional<Chain> found = new Ruleset(socket).find(chain);
        return found.isEmpty()
                ? Drift.missing(chain.label())
                : Drift.unlessEqual(chain.label(), describeHook(chain), describeHook(found.get()));
    }

    private static String describeHook(Chain chain) {
        return chain.hook().map(hook -> hook.describe(chain.family())).orElse("no hook");
    }

    /** Rules that somebody has put beside ours are not looked at. */
    private static Optional<Drift> verifyRules(NetlinkSocket socket, MasqueradeLane lane) {
        List<Rule> wanted = lane.rules();
        List<Rule> found = new Ruleset(socket).listRules(lane.chain());
        for (int i = 0; i < wanted.size(); i++) {
            Rule rule = wanted.get(i);
            if (found.stream().noneMatch(it -> it.expressions().equals(rule.expressions()))) {
                return Optional.of(new Drift(
                        "rule in " + lane.chain().label(),
                        rule.text(),
                        found.size() == wanted.size() ? found.get(i).text() : "no such rule"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Drift> verifyElements(NetlinkSocket socket, MasqueradeHolding holding) {
        Ruleset ruleset = new Ruleset(socket);
        for (MasqueradeHolding.Place place : holding.places()) {
            String object =
                    "address " + holding.address() + " in " + place.set().label();
            Optional<Element> found = ruleset.find(place.set(), place.element());
            if (found.isEmpty()) {
                return Drift.missing(object);
            }
            Optional<Drift> owner = Drift.unlessEqual(
                    "owner of " + object, place.element().comment(), found.get().comment());
            if (owner.isPresent()) {
                return owner;
            }
        }
        NftSet map = holding.map();
        return Drift.unlessEqual(
                "element in " + map.label(),
                map.describe(holding.element()),
                ruleset.find(map, holding.element()).map(map::describe).orElse("missing"));
    }

    /**
     * Removes what carries a mark, whatever the addresses were. Without anything there it costs one
     * send.
     *
     * @throws ErrnoException EPERM without CAP_NET_ADMIN, EAGAIN if others changed the same all the
     *     time
     */
    public static void remove(Site site, Mark mark) {
        String purpose = "remove masquerade for " + mark.hostLinkName();
        site.findNft().ifPresent(socket -> new MasqueradeRemoval(socket, purpose).of(mark));
    }

    /** Removes what belongs to a network's attachments, except those whose digests are valid. */
    public static void gc(Site site, String network, Set<String> validDigests) {
        String purpose = "remove stale masquerade of network " + network;
        site.findNft()
                .ifPresent(socket ->
                        new MasqueradeRemoval(socket, purpose).ofNetwork(network, validDigests));
    }

    /**
     * Whether this kernel can masquerade by nftables. Where it has our chain already the answer
     * costs one send; otherwise the kernel checks a transaction whose end never comes, which
     * changes nothing.
     *
     * @throws ErrnoException EOPNOTSUPP if it can not, EPERM without CAP_NET_ADMIN
     */
    public static void requireKernel(Site site) {
        NetlinkSocket socket = site.nft();
        MasqueradeLane lane = new MasqueradeLane(true, COMMON_LENGTH);
        if (new Ruleset(socket).find(lane.chain()).isEmpty()) {
            NftTransaction nft = new NftTransaction("check for masquerade");
            nft.add(MasqueradeTable.TABLE);
            NftTransaction.Entry chain = lane.shape(nft);
            if (!nft.check(socket)) {
                throw chain.refusedWith(Errno.ENOENT) ? MasqueradeAdd.noNat() : nft.firstRefusal();
            }
        }
    }
}
