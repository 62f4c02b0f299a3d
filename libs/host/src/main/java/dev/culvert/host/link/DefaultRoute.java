// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Site;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.Routes;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.netlink.Rt;
import dev.culvert.wire.route.Route;

import java.util.Comparator;
import java.util.Optional;

/** The way out of this host. */
public final class DefaultRoute {
    private DefaultRoute() {}

    /**
     * The MTU of the link that the preferred default route leaves by; 0 if there is none, which
     * leaves the kernel's default.
     */
    public static int mtuBytes(Site site) {
        return link(site.hostRoute()).map(link -> link.mtu().orElse(0)).orElse(0);
    }

    /** The link that the preferred default route of a namespace leaves by, IPv4 before IPv6. */
    public static Optional<Link> link(NetlinkSocket socket) {
        for (int family : new int[] {Rt.AF_INET, Rt.AF_INET6}) {
            Optional<Route> route = new Routes(socket)
                    .listFamily(family).stream()
                            .filter(found -> found.destination().isDefault()
                                    && found.table() == Route.TABLE_MAIN
                                    && found.linkIndex() != 0)
                            .min(Comparator.comparingInt(
                                    found -> found.priority().orElse(0)));
            if (route.isPresent()) {
                return new Links(socket).find(Link.at(route.get().linkIndex()));
            }
        }
        return Optional.empty();
    }
}
