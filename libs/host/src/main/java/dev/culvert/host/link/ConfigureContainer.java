// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.LinkMonitor;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.netlink.Reply;
import dev.culvert.netlink.Routes;
import dev.culvert.os.Sysctl;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The container's end of an attachment: up, with its addresses and routes, in one batch. It needs
 * no undo of its own: all of it goes with the link.
 *
 * @param ifname the link inside the container, which an earlier step made
 * @param connected whether an address brings the route to its subnet, as the kernel does by itself
 * @param routes in order; their link is filled in
 * @param duplicateAddressDetection whether IPv6 addresses are probed for before use, which takes a
 *     second or more
 */
public record ConfigureContainer(
        String ifname,
        List<IfAddr> addresses,
        boolean connected,
        List<Route> routes,
        boolean duplicateAddressDetection)
        implements Step {
    private static final long DETECTION_LIMIT_NANOS = 5_000_000_000L;
    /** An announcement ends the wait early; without one we look again. */
    private static final int LOOK_AGAIN_MILLIS = 100;

    /** Copies the lists. */
    public ConfigureContainer {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("ip -n CONTAINER link set " + ifname + " up");
        addresses.forEach(address -> lines.add("ip -n CONTAINER addr add " + address + " dev "
                + ifname + (address.isIpv4() || duplicateAddressDetection ? "" : " nodad")
                + (connected ? "" : " noprefixroute")));
        routes.forEach(route ->
                lines.add("ip -n CONTAINER route add " + route.describe() + " dev " + ifname));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        NetlinkSocket socket = site.containerRoute();
        if (hasIpv6() || !addresses.isEmpty() && duplicateAddressDetection) {
            site.inContainer(() -> setIpv6(site.sysctl()));
        }
        int index = site.containerLink(ifname).index();
        Batch batch = socket.batch();
        Links.set(batch, Link.at(index).withFlag(Link.IFF_UP, true));
        for (IfAddr address : addresses) {
            Addresses.create(batch, Address.on(index, address, flags(address)));
        }
        List<Reply<Void>> added = new ArrayList<>();
        for (Route route : routes) {
            added.add(Routes.ensure(batch, route.withLink(index)));
        }
        socket.exchangeUnchecked(batch);
        requireIpv6(site, added);
        batch.replies().forEach(Reply::check);
        if (duplicateAddressDetection && hasIpv6()) {
            awaitDetection(site, index);
        }
    }

    /** The kernel says that access is denied where a link has no IPv6. */
    private void requireIpv6(Site site, List<Reply<Void>> added) {
        for (int i = 0; i < added.size(); i++) {
            Route route = routes.get(i);
            if (!hasIpv6()
                    && !route.destination().isIpv4()
                    && added.get(i).failedWith(Errno.EACCES)) {
                throw new ConflictException(
                        ConflictException.Kind.DIFFERS,
                        "link " + ifname + " in " + site.container().path()
                                + " has IPv6 switched off, the config asks for the IPv6 route "
                                + route.describe(),
                        "give an IPv6 address too, which switches it on, or no IPv6 route; or set"
                                + " net.ipv6.conf.all.disable_ipv6=0 in the container");
            }
        }
    }

    private int flags(IfAddr address) {
        return (address.isIpv4() || duplicateAddressDetection ? 0 : Address.IFA_F_NODAD)
                | (connected ? 0 : Address.IFA_F_NOPREFIXROUTE);
    }

    private boolean hasIpv6() {
        return addresses.stream().anyMatch(address -> !address.isIpv4());
    }

    private Boolean setIpv6(Sysctl sysctl) {
        String ipv6 = "net/ipv6/conf/" + ifname + "/";
        if (hasIpv6()) {
            sysctl.ensure("net/ipv6/conf/lo/disable_ipv6", "0");
            sysctl.ensure(ipv6 + "disable_ipv6", "0");
            sysctl.tryEnsure(
                    ipv6 + "keep_addr_on_down",
                    "1",
                    "addresses then go with the link, as they always did");
            sysctl.tryEnsure(ipv6 + "ndisc_notify", "1", "neighbours then learn on demand");
        }
        if (duplicateAddressDetection) {
            sysctl.tryEnsure(ipv6 + "enhanced_dad", "1", "plain detection is as good on a veth");
        }
        return sysctl.tryEnsure(
                ipv6 + "accept_dad",
                duplicateAddressDetection ? "1" : "0",
                "a kernel without IPv6 probes for nothing");
    }

    private void awaitDetection(Site site, int index) {
        try (LinkMonitor news = site.inContainer(() -> LinkMonitor.open(site.libc()))) {
            if (!LinkMonitor.await(
                    site.libc(),
                    () -> !isDetecting(site, index),
                    DETECTION_LIMIT_NANOS,
                    LOOK_AGAIN_MILLIS,
                    news)) {
                throw new ErrnoException(
                        "probe for duplicates of the addresses of",
                        ifname,
                        Errno.ETIMEDOUT.negated());
            }
        }
    }

    private static boolean isDetecting(Site site, int index) {
        boolean tentative = false;
        for (Address address : new Addresses(site.containerRoute()).list(index)) {
            if ((address.flags() & Address.IFA_F_DADFAILED) != 0) {
                throw new ConflictException(
                        ConflictException.Kind.EXISTS,
                        "address " + address.address() + " is in use by another host on the link",
                        "free that address, or exclude it from the range");
            }
            tentative |= address.isTentative();
        }
        return tentative;
    }

    @Override
    public Optional<Drift> verify(Site site) {
        String object = "link " + ifname + " in " + site.container().path();
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(ifname));
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        if (!found.get().isUp()) {
            return Drift.unlessEqual(object + " state", "up", "down");
        }
        List<Address> present =
                new Addresses(site.containerRoute()).list(found.get().index());
        for (IfAddr address : addresses) {
            if (present.stream().noneMatch(candidate -> candidate.address().equals(address))) {
                return Drift.missing("address " + address + " on " + object);
            }
        }
        List<Route> actual = routes.isEmpty()
                ? List.of()
                : new Routes(site.containerRoute()).list(found.get().index());
        for (Route route : routes) {
            if (actual.stream().noneMatch(candidate -> matches(route, candidate))) {
                return Drift.missing("route " + route.describe() + " on " + object);
            }
        }
        return Optional.empty();
    }

    /**
     * A later plugin of the chain may move what is for the main table, as sbr and vrf do, without
     * telling.
     */
    private static boolean matches(Route wanted, Route found) {
        return found.destination().equals(wanted.destination())
                && (found.table() == wanted.table() || wanted.table() == Route.TABLE_MAIN)
                && found.gateway().equals(wanted.gateway())
                && (wanted.priority().isEmpty() || found.priority().equals(wanted.priority()));
    }

    /** A route without its own gateway goes through the one of its family, if there is one. */
    public static Optional<IpAddr> gatewayFor(Route route, List<IpAddr> gateways) {
        return route.gateway()
                .or(() -> gateways.stream()
                        .filter(gateway ->
                                gateway.isIpv4() == route.destination().isIpv4())
                        .findFirst());
    }
}
