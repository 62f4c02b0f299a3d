// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Site;
import dev.culvert.netlink.Links;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Ipv6Conf;
import dev.culvert.wire.link.Link;

/**
 * Who may be this host's IPv6 router.
 *
 * <p>A container must not become it by an advertisement (CVE-2020-10749): a link towards containers
 * takes none. Those towards other routers stay as they are.
 *
 * @kernel net/ipv6/ndisc.c, ndisc_router_discovery; net/ipv6/ip6_input.c, ip6_rcv_core
 */
final class RouterAdvertisements {
    private RouterAdvertisements() {}

    /**
     * Switches them off by what the link told, before it is up: each look into /proc/sys/net takes
     * longer, the more namespaces a host has. There is no way by netlink. Where the setting can't
     * be changed, the link must have no IPv6 at all: then it hears nothing.
     *
     * @throws ErrnoException if the link would go on to take them
     */
    static void refuse(Site site, Link link) {
        if (link.ipv6().isEmpty() || link.ipv6().get().acceptRa() == 0) {
            return;
        }
        Ipv6Conf found = link.ipv6().get();
        String key = "net/ipv6/conf/" + link.name() + "/accept_ra";
        if (found.disabled() != 0) {
            site.sysctl().tryEnsure(key, "0", "without IPv6 the link hears none");
        } else {
            site.sysctl().ensureIfPresent(key, "0");
        }
    }

    /**
     * Lets every link that takes them go on to do so once this host forwards: else the kernel drops
     * the routes that it had from them, the default route among them, and takes no more.
     *
     * @kernel net/ipv6/addrconf.c, addrconf_fixup_forwarding; net/ipv6/route.c,
     *     rt6_purge_dflt_routers
     * @throws ErrnoException if one of them can't be changed
     */
    static void keepWhileForwarding(Site site) {
        for (Link link : new Links(site.hostRoute()).list()) {
            boolean takes = (link.flags() & Link.IFF_LOOPBACK) == 0
                    && link.ipv6()
                            .filter(conf -> conf.acceptRa() == 1 && conf.forwarding() == 0)
                            .isPresent();
            if (takes) {
                site.sysctl().ensureIfPresent("net/ipv6/conf/" + link.name() + "/accept_ra", "2");
            }
        }
    }
}
