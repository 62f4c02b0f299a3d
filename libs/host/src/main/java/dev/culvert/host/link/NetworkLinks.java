// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All links of this host that carry a network's marks. */
public final class NetworkLinks {
    private NetworkLinks() {}

    /**
     * Removes the links of a network's attachments, except those whose digests are valid. Goes on
     * after a refusal.
     *
     * @throws ErrnoException the first refusal, which says how many there were
     */
    public static void removeStale(Site site, String network, Set<String> validDigests) {
        String prefix = Mark.linkPrefix(network);
        List<Link> stale = new ArrayList<>();
        for (Link link : new Links(site.hostRoute()).list()) {
            String label = link.alias().orElse("");
            if (link.name().startsWith(prefix)
                    && Mark.isOf(network, label)
                    && !validDigests.contains(Mark.digestIn(label))) {
                stale.add(link);
            }
        }
        if (stale.size() < 2 || !removeTogether(site, stale)) {
            removeEach(site, stale);
        }
    }

    /**
     * One deletion after another takes the kernel some 30 ms each, all of a group as long as a few.
     * So the links become a group of their own first, with a number that nobody has. Where that is
     * refused, each has to be deleted by itself and says why.
     */
    private static boolean removeTogether(Site site, List<Link> stale) {
        int group = site.randomGroup();
        NetlinkSocket socket = site.hostRoute();
        Batch batch = socket.batch();
        stale.forEach(link -> Links.setGroup(batch, link, group));
        Links.removeGroup(batch, group);
        socket.exchangeUnchecked(batch);
        return batch.replies().stream().noneMatch(Reply::failed);
    }

    private static void removeEach(Site site, List<Link> stale) {
        Batch batch = site.hostRoute().batch();
        stale.forEach(link -> Links.remove(batch, link));
        site.hostRoute().exchangeUnchecked(batch);
        List<ErrnoException> refusals = new ArrayList<>();
        for (Reply<?> reply : batch.replies()) {
            try {
                reply.check();
            } catch (ErrnoException refused) {
                refusals.add(refused);
            }
        }
        ErrnoException.throwFirst(refusals);
    }
}
