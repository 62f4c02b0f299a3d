// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.legacy;

import dev.culvert.base.Sha512;
import dev.culvert.base.Utf8;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Unknown;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Rules that the reference plugins made for an attachment before this host changed over:
 * masquerading, in their nftables table and in chains made by iptables-nft, and the check of
 * hardware addresses. Rules of the older iptables-legacy are out of nf_tables' sight and stay.
 *
 * <p>The iptables chain is named after network and container alone, so that it is shared by a
 * container's attachments to one network, and goes with the first of them, as it does when the
 * reference deletes. Chains of the check do not tell their network, so only DEL removes them.
 *
 * @cni plugins 1.9 pkg/ip, masquerade: table inet cni_plugins_masquerade; chains CNI-* in tables ip
 *     nat and ip6 nat; pkg/link, chains cni-br-iface-* in table bridge nat
 */
public final class ReferenceLeftovers {
    private static final int TRIES = 16;
    private static final int HASH = 16;
    private static final int CHAIN_HASH = 24;
    /** linux/netfilter/nf_tables.h, NFT_CHAIN_MAXNAMELEN without the zero at the end. */
    private static final int CHAIN_NAME_MAX = 127;

    private static final String CHAIN_PREFIX = "CNI-";
    private static final Chain MASQ_CHECKS =
            Chain.named(Table.named(Family.INET, "cni_plugins_masquerade"), "masq_checks");
    private static final Table BRIDGE_NAT = Table.named(Family.BRIDGE, "nat");
    private static final List<Table> NAT =
            List.of(Table.named(Family.IPV4, "nat"), Table.named(Family.IPV6, "nat"));

    private final NetlinkSocket socket;
    private final String purpose;

    private ReferenceLeftovers(NetlinkSocket socket, String purpose) {
        this.socket = socket;
        this.purpose = purpose;
    }

    /** Removes what is there for an attachment. Without anything there it costs one send. */
    public static void remove(Site site, Mark mark) {
        site.findNft()
                .ifPresent(socket -> new ReferenceLeftovers(
                                socket, "remove the reference plugins' rules")
                        .removeOf(mark));
    }

    /** Removes what is there for attachments of a network, except valid ones. */
    public static void gc(Site site, String network, List<Mark> valid) {
        site.findNft()
                .ifPresent(socket -> new ReferenceLeftovers(
                                socket, "remove the reference plugins' rules")
                        .removeStale(network, valid));
    }

    /** What the comments of an attachment's nftables rules begin with. */
    static String commentPrefix(Mark mark) {
        return networkPrefix(mark.network())
                + Sha512.hex(mark.ifname() + ":" + mark.containerId()).substring(0, HASH);
    }

    private static String networkPrefix(String network) {
        return Sha512.hex(network).substring(0, HASH) + "-";
    }

    /** The name of a container's iptables chain. */
    static String chainName(Mark mark) {
        return CHAIN_PREFIX
                + Sha512.hex(mark.network() + mark.containerId()).substring(0, CHAIN_HASH);
    }

    private void removeOf(Mark mark) {
        Batch batch = socket.batch();
        Reply<Chain> checks = Ruleset.find(batch, MASQ_CHECKS);
        List<Reply<Chain>> chains = new ArrayList<>();
        NAT.forEach(table -> chains.add(Ruleset.find(batch, Chain.named(table, chainName(mark)))));
        // The first leads to the second. Longer names are impossible, and asking for them is an
        // error to the kernel.
        for (String suffix : new String[] {"", "-mac"}) {
            String name = "cni-br-iface-" + mark.containerId() + "-" + mark.ifname() + suffix;
            if (Utf8.encode(name).length <= CHAIN_NAME_MAX) {
                chains.add(Ruleset.find(batch, Chain.named(BRIDGE_NAT, name)));
            }
        }
        socket.exchange(batch);
        if (checks.value().isPresent()) {
            String prefix = commentPrefix(mark);
            removeRules(rule -> rule.comment().startsWith(prefix));
        }
        for (Reply<Chain> chain : chains) {
            chain.value().ifPresent(this::removeChain);
        }
    }

    private void removeStale(String network, List<Mark> valid) {
        List<String> keptRules =
                valid.stream().map(ReferenceLeftovers::commentPrefix).toList();
        List<String> keptChains =
                valid.stream().map(ReferenceLeftovers::chainName).toList();
        removeRules(rule -> rule.comment().startsWith(networkPrefix(network))
                && keptRules.stream().noneMatch(rule.comment()::startsWith));
        for (Table table : NAT) {
            Set<String> stale = new LinkedHashSet<>();
            for (Rule rule : new Ruleset(socket).listRules(postrouting(table))) {
                String chain = jumpTarget(rule);
                if (chain.startsWith(CHAIN_PREFIX)
                        && !keptChains.contains(chain)
                        && iptablesComment(rule).startsWith("name: \"" + network + "\" id: ")) {
                    stale.add(chain);
                }
            }
            stale.forEach(name -> removeChain(Chain.named(table, name)));
        }
    }

    private void removeRules(Predicate<Rule> which) {
        repeat((nft, ruleset) ->
                ruleset.listRules(MASQ_CHECKS).stream().filter(which).forEach(nft::delete));
    }

    /** The chain, its rules, and the rules that lead to it. */
    private void removeChain(Chain chain) {
        Chain named = new Chain(
                chain.family(), chain.table(), chain.name(), chain.hook(), chain.userdata(), 0);
        Table table = Table.named(chain.family(), chain.table());
        Chain base =
                table.equals(BRIDGE_NAT) ? Chain.named(table, "PREROUTING") : postrouting(table);
        repeat((nft, ruleset) -> {
            if (ruleset.find(named).isPresent()) {
                ruleset.listRules(base).stream()
                        .filter(rule -> rule.leadsTo(named.name()))
                        .forEach(nft::delete);
                nft.flush(named);
                nft.delete(named);
            }
        });
    }

    /**
     * Reads and changes until nothing came between: a handle or chain that has gone (ENOENT), a new
     * rule that leads to the chain (EBUSY; EMLINK in some kernels).
     */
    private void repeat(BiConsumer<NftTransaction, Ruleset> change) {
        for (int tries = 1; ; tries++) {
            NftTransaction nft = new NftTransaction(purpose);
            change.accept(nft, new Ruleset(socket));
            if (nft.isEmpty() || nft.tryCommit(socket)) {
                return;
            }
            if (tries == TRIES || !nft.refusedOnlyWith(Errno.ENOENT, Errno.EBUSY, Errno.EMLINK)) {
                throw nft.firstRefusal();
            }
        }
    }

    private static Chain postrouting(Table table) {
        return Chain.named(table, "POSTROUTING");
    }

    private static String jumpTarget(Rule rule) {
        for (Expression expression : rule.expressions()) {
            if (expression instanceof Immediate immediate
                    && immediate.data() instanceof Verdict verdict) {
                return verdict.chain();
            }
        }
        return "";
    }

    // NFTA_MATCH_NAME 1 "comment"  NFTA_MATCH_INFO 3 the text, 256 bytes
    private static String iptablesComment(Rule rule) {
        for (Expression expression : rule.expressions()) {
            if (expression instanceof Unknown match && match.name().equals("match")) {
                String name = "";
                String info = "";
                NlReader r = new NlReader("match", match.data().bytes());
                while (r.next()) {
                    switch (r.type()) {
                        case 1 -> name = r.value().string();
                        case 3 -> info = r.value().string();
                        default -> {}
                    }
                }
                if (name.equals("comment")) {
                    return info;
                }
            }
        }
        return "";
    }
}
