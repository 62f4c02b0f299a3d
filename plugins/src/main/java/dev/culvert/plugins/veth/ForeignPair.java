// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Links;
import dev.culvert.plugins.main.Routing;
import dev.culvert.wire.link.Link;

import java.util.Optional;

/**
 * An attachment that another implementation made: it carries no mark of ours, so CHECK holds it to
 * its result alone. Otherwise a runtime would raise an alarm for every container right after a
 * migration.
 */
record ForeignPair(String ifname, Optional<Mac> mac, CniResult result, Optional<String> bridge) {
    Optional<Drift> verify(Site site) {
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(ifname));
        String object = "link " + ifname + " in " + site.container().path();
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        Link link = found.get();
        if (!link.kind().equals("veth")) {
            return Drift.unlessEqual(object + " kind", "veth", link.kind());
        }
        Optional<Drift> drift = Drift.unlessAddress(object, mac, link);
        if (drift.isEmpty() && bridge.isPresent() && hasHostEnd(bridge.get())) {
            drift = verifyPort(site, link, bridge.get());
        }
        if (drift.isPresent()) {
            return drift;
        }
        return new ConfigureContainer(
                        ifname, Routing.addresses(result), true, Routing.routes(result), false)
                .verify(site);
    }

    /** Results of chained plugins and of old versions may list the container's interface alone. */
    private boolean hasHostEnd(String bridgeName) {
        for (CniInterface link : result.interfaces()) {
            if (link.sandbox().isEmpty() && !link.name().equals(bridgeName)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Drift> verifyPort(Site site, Link inside, String bridgeName) {
        Optional<Link> port =
                new Links(site.hostRoute()).find(Link.at(inside.linkIndex().orElse(0)));
        if (port.isEmpty()) {
            return Drift.missing("peer of link " + inside.name());
        }
        int master = port.get().master().orElse(0);
        Optional<Link> found = site.findHostLink(bridgeName);
        if (found.isPresent() && found.get().index() == master) {
            return Optional.empty();
        }
        return Drift.unlessEqual(
                "link " + port.get().name() + " master",
                bridgeName,
                master == 0 ? "none" : "index " + master);
    }
}
