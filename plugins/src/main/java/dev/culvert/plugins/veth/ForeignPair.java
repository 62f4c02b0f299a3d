// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.host.ConfigureContainer;
import dev.culvert.host.Drift;
import dev.culvert.host.Links;
import dev.culvert.host.Site;
import dev.culvert.net.Mac;
import dev.culvert.spec.CniResult;
import dev.culvert.wire.rtnetlink.Link;
import java.util.List;
import java.util.Optional;

/**
 * An attachment that another implementation made: it carries no mark of ours, so CHECK holds it to its result alone.
 * Otherwise a runtime would raise an alarm for every container right after a migration.
 */
record ForeignPair(String ifname, Optional<Mac> mac, CniResult result) {
    Optional<Drift> verify(Site site) {
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(ifname));
        String object = "link " + ifname + " in " + site.container().path();
        if (found.isEmpty()) {
            return Optional.of(new Drift(object, "present", "missing"));
        }
        if (mac.isPresent() && !found.get().mac().equals(mac)) {
            return Optional.of(new Drift(object + " address", mac.get().toString(),
                    found.get().mac().map(Mac::toString).orElse("none")));
        }
        return new ConfigureContainer(ifname, Routing.addresses(result), true, List.copyOf(Routing.routes(result)), false)
                .verify(site);
    }
}
