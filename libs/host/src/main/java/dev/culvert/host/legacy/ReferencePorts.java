// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.legacy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.NftTransaction;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Ruleset;
import dev.culvert.sys.Errno;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Expression;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules that the reference's portmap made for an attachment with its nftables backend. Their
 * comment is the container's id alone, which its attachments to other networks share: so only those
 * go that have one of the addresses in them. Without an address, as in GC, nothing is removed.
 *
 * @param addresses the container's, from the previous result
 * @cni plugins 1.9 portmap: tables ip and ip6 cni_hostport
 */
public record ReferencePorts(List<IpAddr> addresses) implements Trace {
    private static final int TRIES = 16;
    private static final String PURPOSE = "remove the reference plugins' ports";

    /** Copies the list. */
    public ReferencePorts {
        addresses = List.copyOf(addresses);
    }

    @Override
    public List<String> describe(Mark mark) {
        return addresses.isEmpty()
                ? List.of()
                : List.of("nft: remove the ports that another portmap made for container "
                        + mark.containerId());
    }

    @Override
    public void remove(Site site, Mark mark) {
        if (!addresses.isEmpty()) {
            site.findNft().ifPresent(socket -> remove(socket, mark));
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {}

    private void remove(NetlinkSocket socket, Mark mark) {
        List<Chain> chains = find(socket);
        for (int tries = 1; !chains.isEmpty(); tries++) {
            NftTransaction nft = new NftTransaction(PURPOSE);
            for (Chain chain : chains) {
                for (Rule rule : new Ruleset(socket).listRules(chain)) {
                    if (rule.comment().equals(mark.containerId()) && hasAddress(rule)) {
                        nft.delete(rule);
                    }
                }
            }
            if (nft.isEmpty() || nft.tryCommit(socket)) {
                return;
            }
            // A rule that has gone meanwhile.
            if (tries == TRIES || !nft.refusedOnlyWith(Errno.ENOENT)) {
                throw nft.firstRefusal();
            }
        }
    }

    /** The chains that are there: one send. */
    private static List<Chain> find(NetlinkSocket socket) {
        Batch batch = socket.batch();
        List<Reply<Chain>> replies = new ArrayList<>();
        for (Family family : new Family[] {Family.IPV4, Family.IPV6}) {
            Table table = Table.named(family, "cni_hostport");
            for (String name : new String[] {"hostports", "hostip_hostports", "masquerading"}) {
                replies.add(Ruleset.find(batch, Chain.named(table, name)));
            }
        }
        socket.exchange(batch);
        List<Chain> found = new ArrayList<>();
        replies.forEach(reply -> reply.value().ifPresent(found::add));
        return found;
    }

    private boolean hasAddress(Rule rule) {
        for (IpAddr address : addresses) {
            Value value = Value.of(address);
            for (Expression expression : rule.expressions()) {
                if (expression instanceof Immediate immediate
                                && immediate.data().equals(value)
                        || expression instanceof Cmp cmp && cmp.value().equals(value)) {
                    return true;
                }
            }
        }
        return false;
    }
}
