// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Routes;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Route;

import java.util.List;
import java.util.Optional;

/**
 * What this host sends from 127.0.0.1 may leave by the link that leads to a container. The setting
 * belongs to a link that others may share, so it is not undone.
 *
 * @kernel Documentation/networking/ip-sysctl.rst, route_localnet
 */
public record RouteLocalhost(IpAddr container) implements Step {
    private static String key(Link link) {
        return "net/ipv4/conf/" + link.name() + "/route_localnet";
    }

    @Override
    public List<String> describe() {
        return List.of("sysctl net.ipv4.conf.LINK.route_localnet=1 on the way to " + container);
    }

    @Override
    public void apply(Site site, Undo undo) {
        link(site).ifPresent(link -> site.sysctl().ensure(key(link), "1"));
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Optional<Link> link = link(site);
        return link.isEmpty() ? Optional.empty() : site.verifySysctl(key(link.get()), "1");
    }

    /** Without a way to the container there is nothing to set. */
    private Optional<Link> link(Site site) {
        Batch batch = site.hostRoute().batch();
        Reply<Route> route = Routes.find(batch, container, 0);
        site.hostRoute().exchange(batch);
        return route.value()
                .filter(found -> found.linkIndex() != 0)
                .flatMap(found -> new Links(site.hostRoute()).find(Link.at(found.linkIndex())));
    }
}
