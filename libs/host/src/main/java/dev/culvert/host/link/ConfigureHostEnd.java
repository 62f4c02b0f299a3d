// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Routes;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host's end of a routed pair: gateway addresses and routes to the container. All of it goes
 * with the link.
 *
 * @param hostLink the end on this host, which an earlier step made
 * @param addresses the gateways, which may sit on many links at once
 * @param routes to the container's addresses; their link is filled in
 * @param proxyArp whether this end answers for every IPv4 address, and at once
 */
public record ConfigureHostEnd(
        String hostLink, List<IfAddr> addresses, List<Route> routes, boolean proxyArp)
        implements Step {
    /** Copies the lists. */
    public ConfigureHostEnd {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        if (proxyArp) {
            lines.add("sysctl net.ipv4.conf." + hostLink + ".proxy_arp=1 net.ipv4.neigh." + hostLink
                    + ".proxy_delay=0");
        }
        addresses.forEach(address -> lines.add("ip addr add " + address + " dev " + hostLink));
        routes.forEach(route -> lines.add("ip route add " + route.describe() + " dev " + hostLink));
        return lines;
    }

    private String proxyArpKey() {
        return "net/ipv4/conf/" + hostLink + "/proxy_arp";
    }

    private String proxyDelayKey() {
        return "net/ipv4/neigh/" + hostLink + "/proxy_delay";
    }

    @Override
    public void apply(Site site, Undo undo) {
        if (proxyArp) {
            site.sysctl().ensure(proxyArpKey(), "1");
            // Else the kernel waits up to 0.8 s, at random, before it answers for another.
            site.sysctl().ensure(proxyDelayKey(), "0");
        }
        if (addresses.stream().anyMatch(address -> !address.isIpv4())
                || routes.stream().anyMatch(route -> !route.destination().isIpv4())) {
            site.sysctl().ensure("net/ipv6/conf/" + hostLink + "/disable_ipv6", "0");
        }
        int index = site.hostLink(hostLink).index();
        Batch batch = site.hostRoute().batch();
        for (IfAddr address : addresses) {
            Addresses.create(
                    batch, Address.on(index, address, address.isIpv4() ? 0 : Address.IFA_F_NODAD));
        }
        for (Route route : routes) {
            Routes.ensure(batch, route.withLink(index));
        }
        site.hostRoute().exchange(batch);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Optional<Link> found = new Links(site.hostRoute()).find(Link.named(hostLink));
        if (found.isEmpty()) {
            return Drift.missing("link " + hostLink);
        }
        int index = found.get().index();
        List<Address> present = new Addresses(site.hostRoute()).list(index);
        for (IfAddr address : addresses) {
            if (present.stream().noneMatch(candidate -> candidate.address().equals(address))) {
                return Drift.missing("address " + address + " on " + hostLink);
            }
        }
        List<Route> actual = new Routes(site.hostRoute()).list(index);
        for (Route route : routes) {
            if (actual.stream()
                    .noneMatch(candidate -> candidate.destination().equals(route.destination()))) {
                return Drift.missing("route " + route.describe() + " on " + hostLink);
            }
        }
        return proxyArp ? verifyProxy(site) : Optional.empty();
    }

    private Optional<Drift> verifyProxy(Site site) {
        return site.verifySysctl(proxyArpKey(), "1")
                .or(() -> site.verifySysctl(proxyDelayKey(), "0"));
    }
}
