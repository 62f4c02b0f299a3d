// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ptp;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Step;
import dev.culvert.host.link.Announce;
import dev.culvert.host.link.AwaitCarrier;
import dev.culvert.host.link.BringUp;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.host.link.ConfigureHostEnd;
import dev.culvert.host.link.CreateVeth;
import dev.culvert.host.link.Forwarding;
import dev.culvert.host.link.PinGateway;
import dev.culvert.host.nft.Masquerade;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.net.Subnet;
import dev.culvert.plugins.main.Routing;
import dev.culvert.plugins.veth.VethConf;
import dev.culvert.plugins.veth.VethShape;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a routed pair needs, as a plan.
 *
 * <pre>
 *   host:       vethNNNaaaaaaaa   gateway/32; route to the container's address/32
 *   - - - - - - - | - - - - - -
 *   container:  eth0              address; route to the gateway on the link, to the subnet through it
 * </pre>
 *
 * <p>With the proxy-ARP style the container holds its bare address, and its gateway is link-local
 * and the same in every container: 169.254.1.1, for which the host's end answers, and fe80::1,
 * which the host's end has.
 */
record PtpShape(PtpConf ptpConf) implements VethShape {
    static final IpAddr PROXY_GATEWAY4 = IpAddr.parse("169.254.1.1");
    static final IpAddr PROXY_GATEWAY6 = IpAddr.parse("fe80::1");

    @Override
    public VethConf vethConf() {
        return ptpConf.veth();
    }

    @Override
    public Optional<Mac> mac() {
        return Optional.empty();
    }

    @Override
    public Optional<String> bridge() {
        return Optional.empty();
    }

    /** Shapes addresses and gateways by the style. */
    @Override
    public CniResult complete(CniResult ipam) {
        List<CniIp> ips = new ArrayList<>();
        for (CniIp ip : ipam.ips()) {
            boolean ipv4 = ip.address().isIpv4();
            if (ptpConf.proxyArp()) {
                ips.add(CniIp.of(IfAddr.host(ip.address().address()))
                        .withGateway(ipv4 ? PROXY_GATEWAY4 : PROXY_GATEWAY6));
            } else if (ip.gateway().isPresent()) {
                ips.add(ip);
            } else {
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        "ipam: address " + ip.address() + " comes without a gateway, ptp needs one",
                        "give it a gateway, or set gatewayStyle to proxyArp");
            }
        }
        return ipam.withIps(ips);
    }

    private static IpAddr gateway(CniIp ip) {
        return ip.gateway()
                .orElseThrow(() -> new CniException(
                        CniErrorCode.CHECK_FAILED,
                        "prevResult: address " + ip.address()
                                + " has no gateway, and ptp gives one to each"));
    }

    @Override
    public boolean pinsBridge() {
        return false;
    }

    @Override
    public Plan links(Ends ends) {
        return new Plan(List.of(
                new CreateVeth(ends.mark(), ends.mtuBytes(), ends.mac(), Optional.empty()),
                new BringUp(ends.mark().hostLinkName())));
    }

    @Override
    public Plan network(Target target) {
        Mark mark = target.mark();
        CniResult result = target.result();
        List<Step> steps = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (Routing.has(result, ipv4)) {
                steps.add(new Forwarding(ipv4));
            }
        }
        ConfigureHostEnd hostEnd = hostEnd(mark, result);
        steps.add(hostEnd);
        steps.add(new ConfigureContainer(
                mark.ifname(), Routing.addresses(result), false, containerRoutes(target), false));
        steps.add(new AwaitCarrier(
                mark.hostLinkName(),
                Routing.listener(mark.ifname(), Routing.addresses(result)),
                Routing.listener(mark.hostLinkName(), hostEnd.addresses())));
        steps.add(new Announce(mark.ifname()));
        if (ptpConf.proxyArp() && Routing.has(result, true)) {
            steps.add(new PinGateway(mark.hostLinkName(), mark.ifname(), PROXY_GATEWAY4));
        }
        if (vethConf().ipMasq()) {
            steps.add(Masquerade.of(mark, target.given()));
        }
        return new Plan(steps);
    }

    private ConfigureHostEnd hostEnd(Mark mark, CniResult result) {
        List<IfAddr> addresses = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        for (CniIp ip : result.ips()) {
            IpAddr gateway = gateway(ip);
            boolean answeredByProxy = ptpConf.proxyArp() && gateway.isIpv4();
            if (!answeredByProxy && !addresses.contains(IfAddr.host(gateway))) {
                addresses.add(IfAddr.host(gateway));
            }
            IpAddr own = ip.address().address();
            routes.add(Route.to(new Subnet(own, own.bits()), 0, Optional.empty()));
        }
        return new ConfigureHostEnd(
                mark.hostLinkName(),
                addresses,
                routes,
                ptpConf.proxyArp() && Routing.has(result, true));
    }

    private List<Route> containerRoutes(Target target) {
        CniResult result = target.result();
        List<Route> given = Routing.routes(result);
        List<Route> routes = new ArrayList<>();
        for (CniIp ip : result.ips()) {
            IpAddr gateway = gateway(ip);
            IpAddr own = ip.address().address();
            Subnet subnet = ip.address().subnet();
            routes.add(Route.to(new Subnet(gateway, gateway.bits()), 0, Optional.empty())
                    .withSource(own));
            if (ptpConf.proxyArp()) {
                Route way = Route.to(Subnet.of(own, 0), 0, Optional.of(gateway));
                if (given.stream().noneMatch(route -> replaces(route, way))) {
                    routes.add(way);
                }
            } else if (subnet.prefixLength() < own.bits()) {
                routes.add(Route.to(subnet, 0, Optional.of(gateway)).withSource(own));
            }
        }
        for (Route route : given) {
            routes.add(isNeighbour(route.gateway(), target) ? route.withOnlink(true) : route);
        }
        return routes;
    }

    /**
     * Whether a gateway is another host of a subnet. That lies behind the subnet's own gateway
     * here, so the kernel would take the host for unreachable; one outside rightly so.
     */
    private static boolean isNeighbour(Optional<IpAddr> gateway, Target target) {
        return gateway.isPresent()
                && target.result().ips().stream().noneMatch(ip -> ip.gateway().equals(gateway))
                && target.given().stream()
                        .anyMatch(address -> address.subnet().contains(gateway.get()));
    }

    /** Whether a route of IPAM's is one to the same destination in the same table. */
    private static boolean replaces(Route given, Route own) {
        return given.destination().equals(own.destination()) && given.table() == own.table();
    }
}
