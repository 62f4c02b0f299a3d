// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.host.link.AwaitCarrier;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a result says about routes, in the kernel's words. */
public final class Routing {
    private Routing() {}

    /** The addresses of a result. */
    public static List<IfAddr> addresses(CniResult result) {
        List<IfAddr> addresses = new ArrayList<>();
        result.ips().forEach(ip -> addresses.add(ip.address()));
        return addresses;
    }

    /**
     * The routes of a result; one without a gateway goes through the first gateway of its family,
     * if there is one, unless its scope says that the destination is on the link.
     */
    public static List<Route> routes(CniResult result) {
        List<Route> routes = new ArrayList<>();
        for (CniRoute route : result.routes()) {
            Subnet destination = route.destination().subnet();
            boolean direct = route.scope().orElse(Route.SCOPE_GLOBAL) >= Route.SCOPE_LINK;
            Optional<IpAddr> gateway = direct
                    ? route.gateway()
                    : route.gateway().or(() -> gateway(result, destination.isIpv4()));
            Route kernel = Route.to(destination, 0, gateway)
                    .withMetrics((int) route.priority(), (int) route.mtuBytes(), (int)
                            route.advmssBytes());
            // Table 0 is another word for the main table.
            if (route.table().orElse(0) != 0) {
                kernel = kernel.withTable((int) route.table().getAsLong());
            }
            // The reference's; ip(8) would take that of the link for a route without a gateway.
            routes.add(kernel.withScope(route.scope().orElse(Route.SCOPE_GLOBAL)));
        }
        return routes;
    }

    /** The first gateway of a family. */
    public static Optional<IpAddr> gateway(CniResult result, boolean ipv4) {
        return result.ips().stream()
                .map(CniIp::gateway)
                .flatMap(Optional::stream)
                .filter(gateway -> gateway.isIpv4() == ipv4)
                .findFirst();
    }

    /** A link with its addresses, to be waited for. */
    public static AwaitCarrier.Listener listener(String link, Collection<IfAddr> addresses) {
        return new AwaitCarrier.Listener(
                link, addresses.stream().map(IfAddr::address).toList());
    }

    /** Whether any address of a result is of the family. */
    public static boolean has(CniResult result, boolean ipv4) {
        return result.ips().stream().anyMatch(ip -> ip.address().isIpv4() == ipv4);
    }
}
