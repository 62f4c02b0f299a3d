// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.sys.Errno;
import dev.culvert.wire.rtnetlink.Link;
import dev.culvert.wire.rtnetlink.Rt;
import java.util.Set;

/** All links of this host that carry a network's marks. */
public final class NetworkLinks {
    private NetworkLinks() {}

    /** Removes the links of a network's attachments, except those whose digests are valid; all in one send. */
    public static void removeStale(Site site, String network, Set<String> validDigests) {
        String prefix = Mark.linkPrefix(network);
        Batch batch = site.hostRoute().batch();
        for (Link link : new Links(site.hostRoute()).list()) {
            String label = link.alias().orElse("");
            if (link.name().startsWith(prefix) && Mark.isOf(network, label)
                    && !validDigests.contains(Mark.digestIn(label))) {
                batch.tell("delete link", link.name(), Rt.RTM_DELLINK, 0, Link.at(link.index())::encode, Errno.ENODEV);
            }
        }
        site.hostRoute().exchange(batch);
    }
}
