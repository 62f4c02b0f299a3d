// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.host.Mark;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;

/**
 * The links that this host has for attachments of a network. Who has one is alive, however old its
 * reservation looks. An attachment without a link on the host, as of macvlan, has none here.
 */
final class LiveLinks {
    private final String network;
    private final List<Link> links = new ArrayList<>();

    private LiveLinks(String network) {
        this.network = network;
    }

    /** Those that there are now. */
    static LiveLinks of(Libc libc, String network) {
        var live = new LiveLinks(network);
        String prefix = Mark.linkPrefix(network);
        try (NetlinkSocket socket = NetlinkSocket.open(libc, Linux.NETLINK_ROUTE)) {
            for (Link link : new Links(socket).list()) {
                if (link.name().startsWith(prefix)) {
                    live.links.add(link);
                }
            }
        }
        return live;
    }

    /** Whether there is one of this owner; if its file does not tell the interface, of any. */
    boolean has(Owner owner) {
        if (links.isEmpty()) {
            return false;
        }
        if (owner.ifname().isEmpty()) {
            String words = " " + network + " " + owner.containerId() + " ";
            return links.stream().anyMatch(link -> link.alias().orElse("").contains(words));
        }
        String name = new Mark(network, owner.containerId(), owner.ifname()).hostLinkName();
        return links.stream().anyMatch(link -> link.name().equals(name));
    }
}
