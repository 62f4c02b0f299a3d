// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.LinkMonitor;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Routes;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Traffic flows: both ends of a veth pair are operational, and IPv6 addresses are listened for. The
 * kernel gets there some 0.3 ms after both are up; a first packet sent earlier is lost and repeated
 * after a second (17 of 150 connections when measured, none with this step).
 *
 * <p>The kernel finishes an IPv6 address in a work item of its own: it joins the group where
 * neighbours ask for it, then adds the local route, by which we know. On a busy machine that came
 * after the carrier for one ADD in ten.
 *
 * @param hostLink the end on this host
 * @param container the end in the container and the addresses that it must listen for
 * @param gateways the link on this host with the container's gateways, and these
 * @kernel net/core/link_watch.c, net/ipv6/addrconf.c (addrconf_dad_begin)
 */
public record AwaitCarrier(String hostLink, Listener container, Listener gateways) implements Step {
    private static final long LIMIT_NANOS = 2_500_000_000L;
    /** A link without a link-local address is odd, but nobody's fault. */
    private static final long LINK_LOCAL_LIMIT_NANOS = 100_000_000L;
    /** An announcement ends the wait early; without one we look again. */
    private static final int LOOK_AGAIN_MILLIS = 5;

    /** A link and addresses of it; IPv4 ones work at once and need no wait. */
    public record Listener(String link, List<IpAddr> addresses) {
        /** Copies the list, without IPv4. */
        public Listener {
            addresses = addresses.stream().filter(address -> !address.isIpv4()).toList();
        }
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("wait until " + hostLink + " and " + container.link() + " are operational");
        for (Listener listener : List.of(container, gateways)) {
            listener.addresses()
                    .forEach(address ->
                            lines.add("wait until " + listener.link() + " listens for " + address));
        }
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        if (!await(site, () -> isReady(site), LIMIT_NANOS)) {
            throw new ErrnoException("wait for carrier on", hostLink, Errno.ETIMEDOUT.negated());
        }
        if (!gateways.addresses().isEmpty()) {
            // From this address the host asks who has an address that it forwards to.
            await(site, () -> hasLinkLocal(site), LINK_LOCAL_LIMIT_NANOS);
        }
    }

    private static boolean await(Site site, LinkMonitor.Condition condition, long limitNanos) {
        if (condition.holds()) {
            return true;
        }
        try (LinkMonitor outside = LinkMonitor.open(site.libc());
                LinkMonitor inside = site.inContainer(() -> LinkMonitor.open(site.libc()))) {
            return LinkMonitor.await(
                    site.libc(), condition, limitNanos, LOOK_AGAIN_MILLIS, outside, inside);
        }
    }

    private boolean isReady(Site site) {
        Link inside = site.containerLink(container.link());
        return isReady(site.containerRoute(), inside, inside, container)
                && isReady(
                        site.hostRoute(),
                        site.hostLink(hostLink),
                        site.hostLink(gateways.link()),
                        gateways);
    }

    /** Asks for the end of the pair and for all addresses in one send. */
    private static boolean isReady(
            NetlinkSocket socket, Link end, Link listening, Listener listener) {
        Batch batch = socket.batch();
        Reply<Link> found = Links.find(batch, Link.at(end.index()));
        List<Reply<Route>> routes = new ArrayList<>();
        listener.addresses()
                .forEach(address -> routes.add(Routes.find(batch, address, listening.index())));
        socket.exchange(batch);
        Link link = found.value()
                .orElseThrow(
                        () -> new ErrnoException("find link", end.name(), Errno.ENODEV.negated()));
        return link.isOperational()
                && routes.stream()
                        .allMatch(route -> route.value()
                                .filter(taken -> taken.type() == Route.TYPE_LOCAL)
                                .isPresent());
    }

    private boolean hasLinkLocal(Site site) {
        List<Address> addresses = new Addresses(site.hostRoute())
                .list(site.hostLink(gateways.link()).index());
        return addresses.stream()
                .anyMatch(address -> !address.address().isIpv4()
                        && address.address().address().isLinkLocal()
                        && !address.isTentative());
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Listener nothing = new Listener(gateways.link(), List.of());
        Link inside = site.containerLink(container.link());
        Link outside = site.hostLink(hostLink);
        boolean flows = isReady(site.containerRoute(), inside, inside, nothing)
                && isReady(site.hostRoute(), outside, outside, nothing);
        return flows
                ? Optional.empty()
                : Drift.unlessEqual(
                        "link " + hostLink + " and its peer", "operational", "without carrier");
    }
}
