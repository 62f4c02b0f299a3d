// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.wire.link.Link;

import java.util.List;
import java.util.Optional;

/**
 * The container's neighbours hear whose its addresses are now: by a gratuitous ARP for each IPv4
 * address and an unsolicited advertisement for each IPv6 one. Another container may have had the
 * address a moment ago, and its neighbours would go on to send to that for half a minute.
 *
 * <p>The kernel sends them when a link's hardware address is set, also to the one that it has. What
 * it sends by itself when an address is added comes before the carrier and is lost. An own packet
 * socket would do the same at the price of a grace period when it is closed.
 *
 * <p>The link forgets its neighbours at that, permanent ones too: those come after this step.
 *
 * @param ifname the link in the container, with carrier
 * @kernel net/ipv4/devinet.c, inetdev_event; net/ipv6/ndisc.c, ndisc_netdev_event
 */
public record Announce(String ifname) implements Step {
    @Override
    public List<String> describe() {
        return List.of("ip -n CONTAINER link set " + ifname + " address ITS-OWN");
    }

    @Override
    public void apply(Site site, Undo undo) {
        Link link = site.containerLink(ifname);
        Batch batch = site.containerRoute().batch();
        Links.announceAddresses(batch, link.index());
        link.mac().ifPresent(mac -> Links.set(batch, Link.at(link.index()).withMac(mac)));
        site.containerRoute().exchange(batch);
    }

    /** What was said once leaves nothing to look at. */
    @Override
    public Optional<Drift> verify(Site site) {
        return Optional.empty();
    }
}
