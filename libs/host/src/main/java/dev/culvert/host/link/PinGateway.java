// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Neighbours;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Neighbour;

import java.util.List;
import java.util.Optional;

/**
 * The container knows the hardware address behind its gateway for good: the host's end of its pair.
 * Without it a host that has no route to a link-local gateway would not answer for it.
 *
 * @param hostLink the end on this host, which an earlier step made
 * @param ifname the link in the container, up already
 */
public record PinGateway(String hostLink, String ifname, IpAddr gateway) implements Step {
    @Override
    public List<String> describe() {
        return List.of("ip -n CONTAINER neigh add " + gateway + " lladdr ADDRESS-OF-" + hostLink
                + " dev " + ifname + " nud permanent");
    }

    @Override
    public void apply(Site site, Undo undo) {
        Batch batch = site.containerRoute().batch();
        Neighbours.replace(
                batch,
                new Neighbour(
                        site.containerLink(ifname).index(),
                        Neighbour.NUD_PERMANENT,
                        0,
                        gateway,
                        site.hostLink(hostLink).mac()));
        site.containerRoute().exchange(batch);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Link link = site.containerLink(ifname);
        boolean present = new Neighbours(site.containerRoute())
                .list(link.index()).stream()
                        .anyMatch(entry -> entry.address().equals(gateway)
                                && entry.mac().equals(site.hostLink(hostLink).mac()));
        return present
                ? Optional.empty()
                : Drift.missing("neighbour " + gateway + " on link " + ifname);
    }
}
