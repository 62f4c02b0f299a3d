// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
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
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an attachment's addresses send beyond their own subnet (and not to multicast) gets the
 * address of the link that it leaves this host by. The table, its chain, and a set and a rule for
 * each network's subnet are shared and stay; elements belong to the attachment, and an address
 * belongs to the attachment that came last.
 *
 * @param addresses without repetition; those with prefix length 0, for which nothing lies beyond,
 *     are left out
 * @see MasqueradeTable the layout and its reasons
 */
public record Masquerade(Mark mark, List<IfAddr> addresses) implements Step {
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
     * link-local gateway: then it stands in that subnet's set, whose rule is looked for by the set
     * alone.
     */
    @Override
    public Optional<Drift> verify(Site site) {
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        NetlinkSocket socket = site.nft();
        List<MasqueradeHolding> wanted = wanted(socket);
        Batch batch = socket.batch();
        Reply<Chain> chain = Ruleset.find(batch, MasqueradeTable.CHAIN);
        Map<MasqueradeHolding, Reply<Element>> inSets = new LinkedHashMap<>();
        Map<MasqueradeHolding, Reply<Element>> inMaps = new LinkedHashMap<>();
        for (MasqueradeHolding holding : wanted) {
            inSets.put(holding, Ruleset.find(batch, holding.set(), holding.addressElement()));
            inMaps.put(holding, Ruleset.find(batch, holding.map(), holding.element()));
        }
        socket.exchange(batch);
        return verifyChain(chain.value())
                .or(() -> verifyElements(inSets, inMaps))
                .or(() ->
                        verifyRules(new Ruleset(socket).listRules(MasqueradeTable.CHAIN), wanted));
    }

    private List<MasqueradeHolding> wanted(NetlinkSocket socket) {
        List<MasqueradeHolding> wanted = new MasqueradeAdd(mark, addresses).wanted();
        if (wanted.stream().noneMatch(this::mayBeOfASubnet)) {
            return wanted;
        }
        List<MasqueradeHolding> held = MasqueradeHolding.listOf(socket, mark.hostLinkName());
        return wanted.stream().map(holding -> inItsSet(holding, held)).toList();
    }

    private boolean mayBeOfASubnet(MasqueradeHolding holding) {
        return addresses.contains(IfAddr.host(holding.address()));
    }

    private MasqueradeHolding inItsSet(MasqueradeHolding holding, List<MasqueradeHolding> held) {
        if (mayBeOfASubnet(holding)) {
            for (MasqueradeHolding found : held) {
                if (found.address().equals(holding.address())
                        && !found.setName().isEmpty()) {
                    return holding.withSetName(found.setName());
                }
            }
        }
        return holding;
    }

    private static Optional<Drift> verifyChain(Optional<Chain> found) {
        String label = MasqueradeTable.CHAIN.label();
        return found.isEmpty()
                ? Drift.missing(label)
                : Drift.unlessEqual(
                        label, describeHook(MasqueradeTable.CHAIN), describeHook(found.get()));
    }

    private static String describeHook(Chain chain) {
        return chain.hook().map(hook -> hook.describe(chain.family())).orElse("no hook");
    }

    private Optional<Drift> verifyRules(List<Rule> rules, List<MasqueradeHolding> holdings) {
        List<Rule> wanted = new ArrayList<>();
        for (IfAddr address : addresses) {
            MasqueradeGroup group = MasqueradeGroup.of(mark.network(), address);
            wanted.add(MasqueradeTable.multicast(group.isIpv4()));
            if (isSetOf(holdings, group.setName())) {
                wanted.add(group.rule());
            }
        }
        for (Rule rule : wanted) {
            if (rules.stream().noneMatch(found -> found.expressions().equals(rule.expressions()))) {
                Optional<Rule> changed = rules.stream()
                        .filter(found ->
                                !rule.comment().isEmpty() && found.comment().equals(rule.comment()))
                        .findFirst();
                return Optional.of(new Drift(
                        "rule in " + MasqueradeTable.CHAIN.label(),
                        rule.text(),
                        changed.map(Rule::text).orElse("no such rule")));
            }
        }
        for (MasqueradeHolding holding : holdings) {
            boolean ruled = false;
            for (Rule rule : rules) {
                ruled |= rule.expressions().contains(Lookup.in(holding.setName()));
            }
            if (!ruled) {
                return Drift.missing("rule for " + holding.set().label() + " in "
                        + MasqueradeTable.CHAIN.label());
            }
        }
        return Optional.empty();
    }

    private static boolean isSetOf(List<MasqueradeHolding> holdings, String setName) {
        for (MasqueradeHolding holding : holdings) {
            if (holding.setName().equals(setName)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Drift> verifyElements(
            Map<MasqueradeHolding, Reply<Element>> inSets,
            Map<MasqueradeHolding, Reply<Element>> inMaps) {
        for (MasqueradeHolding holding : inSets.keySet()) {
            String address =
                    "address " + holding.address() + " in " + holding.set().label();
            Optional<Element> inSet = inSets.get(holding).value();
            if (inSet.isEmpty()) {
                return Drift.missing(address);
            }
            Optional<Drift> owner = Drift.unlessEqual(
                    "owner of " + address, holding.hostLinkName(), inSet.get().comment());
            if (owner.isPresent()) {
                return owner;
            }
            String found =
                    inMaps.get(holding).value().map(holding.map()::describe).orElse("missing");
            Optional<Drift> drift = Drift.unlessEqual(
                    "element in " + holding.map().label(),
                    holding.map().describe(holding.element()),
                    found);
            if (drift.isPresent()) {
                return drift;
            }
        }
        return Optional.empty();
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
        if (new Ruleset(socket).find(MasqueradeTable.CHAIN).isEmpty()) {
            NftTransaction nft = new NftTransaction("check for masquerade");
            nft.add(MasqueradeTable.TABLE);
            NftTransaction.Entry chain = nft.add(MasqueradeTable.CHAIN);
            if (!nft.check(socket)) {
                throw chain.refusedWith(Errno.ENOENT) ? MasqueradeAdd.noNat() : nft.firstRefusal();
            }
        }
    }
}
