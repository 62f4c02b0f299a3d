// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All links of this host that carry a network's marks. */
public final class NetworkLinks {
    /** So many acknowledgements fit a socket's receive buffer with ease; some 200 do not. */
    private static final int AT_ONCE = 64;

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
        List<Batch> batches = new ArrayList<>();
        for (int from = 0; from < stale.size(); from += AT_ONCE) {
            Batch batch = site.hostRoute().batch();
            for (Link link : stale.subList(from, Math.min(stale.size(), from + AT_ONCE))) {
                Links.remove(batch, link);
            }
            site.hostRoute().exchangeUnchecked(batch);
            batches.add(batch);
        }
        List<ErrnoException> refusals = new ArrayList<>();
        for (Batch batch : batches) {
            for (Reply<?> reply : batch.replies()) {
                try {
                    reply.check();
                } catch (ErrnoException refused) {
                    refusals.add(refused);
                }
            }
        }
        ErrnoException.throwFirst(refusals);
    }
}
