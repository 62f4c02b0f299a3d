// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.Mac;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Ruleset;
import dev.culvert.netlink.SharedTable;
import dev.culvert.sys.Errno;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.DataType;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Hook;
import dev.culvert.wire.nft.KeyType;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;
import dev.culvert.wire.nft.Verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Frames that a container sends with another hardware address than its own are dropped at the
 * bridge.
 *
 * <pre>
 *   table bridge culvert_macspoof {
 *     set guarded { type ifname }                    host links; the comment holds address and mark
 *     set allowed { type ifname . ether_addr }
 *     chain prerouting {
 *       type filter hook prerouting priority dstnat
 *       iifname @guarded iifname . ether saddr != @allowed drop
 *     }
 *   }
 * </pre>
 *
 * <p>One static rule, whatever the number of containers. The address stands in the guarded
 * element's comment, so that the mark alone is enough to remove both elements. Table, sets, chain
 * and rule are shared and stay. The step comes before the link that it guards is up, and is undone
 * and removed after it is gone: there is no moment at which a frame could pass unseen.
 *
 * @kernel net/bridge/netfilter/nf_tables_bridge.c
 */
public record MacSpoofCheck(Mark mark) implements Step {
    private static final Table TABLE = Table.named(Family.BRIDGE, "culvert_macspoof");
    private static final Chain CHAIN = Chain.named(TABLE, "prerouting")
            .withHook(Hook.of("filter", Hook.PREROUTING, Hook.PRIORITY_BRIDGE_DSTNAT));
    private static final NftSet GUARDED =
            NftSet.of(TABLE, "guarded", KeyType.of(DataType.IFNAME)).withId(1);
    private static final NftSet ALLOWED = NftSet.of(
                    TABLE, "allowed", KeyType.of(DataType.IFNAME, DataType.ETHER_ADDR))
            .withId(2);
    private static final int MAC_TEXT = 17;
    /** linux/if_ether.h: the source follows the destination. */
    private static final int SOURCE_AT = 6;
    /** The register behind the 16 bytes of a name in register 1. */
    private static final int BEHIND_NAME = 2;

    private static Rule rule() {
        return Rule.in(
                CHAIN,
                new Meta(Meta.IIFNAME, 1),
                Lookup.in(GUARDED.name()),
                new Meta(Meta.IIFNAME, 1),
                new Payload(BEHIND_NAME, Payload.LINK_LAYER, SOURCE_AT, 6),
                new Lookup(ALLOWED.name(), 0, 1, OptionalInt.empty(), true),
                Immediate.verdict(Verdict.drop()));
    }

    private static Element guarded(String link, String comment) {
        return Element.of(Value.ifname(link)).withComment(Comment.of(comment));
    }

    private static Element allowed(String link, Mac mac) {
        return Element.of(Value.concat(Value.ifname(link), Value.of(mac.bytes())));
    }

    @Override
    public List<String> describe() {
        String link = mark.hostLinkName();
        return List.of(
                "nft add element " + GUARDED.label() + " { \"" + link + "\" }",
                "nft add element " + ALLOWED.label() + " { \"" + link + "\" . ADDRESS-OF-"
                        + mark.ifname() + " }");
    }

    @Override
    public void apply(Site site, Undo undo) {
        String link = mark.hostLinkName();
        Mac mac = site.containerLink(mark.ifname()).mac().orElseThrow();
        undo.pushLast("remove MAC check of " + link, () -> remove(site, mark));
        SharedTable.put(site.nft(), "MAC check of " + link, new Pair(site, mark, mac));
    }

    /** A link and the address that it may send from. */
    private record Pair(Site site, Mark mark, Mac mac) implements SharedTable.Content {
        @Override
        public void shape(NftTransaction nft) {
            nft.add(TABLE);
            nft.add(GUARDED);
            nft.add(ALLOWED);
            nft.add(CHAIN);
            nft.flush(CHAIN);
            nft.add(rule());
        }

        @Override
        public List<NftTransaction.Entry> elements(NftTransaction nft) {
            String link = mark.hostLinkName();
            return List.of(
                    nft.create(GUARDED, List.of(guarded(link, mac + " " + mark.label()))),
                    nft.add(ALLOWED, List.of(allowed(link, mac))));
        }

        @Override
        public void takeOver(NetlinkSocket socket) {
            remove(site, mark);
        }
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Mac mac = site.containerLink(mark.ifname()).mac().orElseThrow();
        String link = mark.hostLinkName();
        boolean ruled = new Ruleset(site.nft())
                .listRules(CHAIN).stream()
                        .anyMatch(found -> found.expressions().equals(rule().expressions()));
        if (!ruled) {
            return Drift.missing("rule in " + CHAIN.label());
        }
        Optional<Element> guard = new Ruleset(site.nft()).find(GUARDED, guarded(link, ""));
        Optional<Element> allow = new Ruleset(site.nft()).find(ALLOWED, allowed(link, mac));
        return guard.isPresent() && allow.isPresent()
                ? Optional.empty()
                : Drift.missing("MAC check of " + link + " for " + mac);
    }

    /** Removes what carries a mark; without anything there it costs one send. */
    public static void remove(Site site, Mark mark) {
        Optional<NetlinkSocket> socket = site.findNft();
        if (socket.isEmpty()) {
            return;
        }
        Optional<Element> guard =
                new Ruleset(socket.get()).find(GUARDED, guarded(mark.hostLinkName(), ""));
        guard.filter(found -> mark.owns(label(found)))
                .ifPresent(found -> remove(socket.get(), found));
    }

    /** Removes what belongs to a network's attachments, except those whose digests are valid. */
    public static void gc(Site site, String network, Set<String> validDigests) {
        site.findNft().ifPresent(socket -> {
            List<Element> stale = new ArrayList<>(new Ruleset(socket).listElements(GUARDED));
            stale.removeIf(found -> !Mark.isOf(network, label(found))
                    || validDigests.contains(Mark.digestIn(label(found))));
            stale.forEach(found -> remove(socket, found));
        });
    }

    private static String label(Element guard) {
        return guard.comment().substring(Math.min(guard.comment().length(), MAC_TEXT + 1));
    }

    /**
     * The guarded element comes first: if it is gone, another process was faster and nothing is
     * done.
     */
    private static void remove(NetlinkSocket socket, Element guard) {
        String link = guard.key().text();
        NftTransaction nft = new NftTransaction("remove MAC check of " + link);
        NftTransaction.Entry first = nft.delete(GUARDED, List.of(guard));
        List<Element> allow =
                List.of(allowed(link, Mac.parse(guard.comment().substring(0, MAC_TEXT))));
        // Added before it is deleted: its absence then does no harm, on every kernel.
        nft.add(ALLOWED, allow);
        nft.delete(ALLOWED, allow);
        if (!nft.tryCommit(socket) && !first.refusedWith(Errno.ENOENT)) {
            throw nft.firstRefusal();
        }
    }
}
