// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.link.Announce;
import dev.culvert.host.link.AwaitCarrier;
import dev.culvert.host.link.BridgeAddresses;
import dev.culvert.host.link.BringUp;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.host.link.CreateVeth;
import dev.culvert.host.link.EnsureBridge;
import dev.culvert.host.link.EnsureVlanGateway;
import dev.culvert.host.link.Forwarding;
import dev.culvert.host.link.SetPortVlans;
import dev.culvert.host.nft.MacSpoofCheck;
import dev.culvert.host.nft.Masquerade;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.net.Subnet;
import dev.culvert.plugins.main.Routing;
import dev.culvert.plugins.main.Shape;
import dev.culvert.plugins.veth.VethConf;
import dev.culvert.plugins.veth.VethShape;
import dev.culvert.wire.route.Route;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an attachment to a bridge needs, as a plan.
 *
 * <pre>
 *   host:       cni0 (bridge, gateway addresses) ---- vethNNNaaaaaaaa
 *   - - - - - - - - - - - - - - - - - - - - - - - - - - - | - - - - -
 *   container:                                           eth0 (addresses, routes)
 * </pre>
 */
record BridgeShape(BridgeConf bridgeConf) implements VethShape {
    @Override
    public VethConf vethConf() {
        return bridgeConf.veth();
    }

    @Override
    public Optional<Mac> mac() {
        return bridgeConf.mac();
    }

    @Override
    public Optional<String> bridge() {
        return Optional.of(bridgeConf.bridge());
    }

    @Override
    public boolean pinsBridge() {
        return bridgeConf.hasGateway() && !bridgeConf.hasVlanGateway();
    }

    /** Adds the gateways and default routes that the configuration asks for. */
    @Override
    public CniResult complete(CniResult ipam) {
        BridgeConf conf = bridgeConf;
        List<CniIp> ips = new ArrayList<>();
        List<CniRoute> routes = new ArrayList<>(ipam.routes());
        for (CniIp ip : ipam.ips()) {
            CniIp complete = ip.gateway().isEmpty() && conf.isGateway()
                    ? ip.withGateway(firstAfter(ip.address().subnet().address()))
                    : ip;
            if (conf.isGateway()
                    && complete.gateway().equals(Optional.of(ip.address().address()))) {
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        "ipam: address " + ip.address()
                                + " is the gateway's, which the bridge gets",
                        "give another address, or a gateway with it");
            }
            ips.add(complete);
            boolean ipv4 = ip.address().isIpv4();
            if (conf.isDefaultGateway()
                    && routes.stream().noneMatch(route -> isDefault(route, ipv4))) {
                routes.add(CniRoute.to(defaultDestination(ipv4))
                        .via(complete.gateway().orElseThrow()));
            }
        }
        return ipam.withIps(ips).withRoutes(routes);
    }

    private static IpAddr firstAfter(IpAddr network) {
        IpAddr next = network.plus(1);
        if (next.compareTo(network) < 0) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "ipam: there is no address after " + network + " that could be the gateway's",
                    "give a gateway with the address");
        }
        return next;
    }

    private static boolean isDefault(CniRoute route, boolean ipv4) {
        Subnet destination = route.destination().subnet();
        long table = route.table().orElse(0);
        // Table 0 is another word for the main table.
        return destination.isDefault()
                && destination.isIpv4() == ipv4
                && (table == 0 || table == Route.TABLE_MAIN);
    }

    private static IfAddr defaultDestination(boolean ipv4) {
        return IfAddr.parse(ipv4 ? "0.0.0.0/0" : "::/0");
    }

    @Override
    public Plan links(Ends ends) {
        BridgeConf conf = bridgeConf;
        Mark mark = ends.mark();
        List<Step> steps = new ArrayList<>();
        steps.add(new EnsureBridge(
                conf.bridge(),
                ends.mtuBytes(),
                conf.promiscMode(),
                conf.vlans().wanted(),
                pinsBridge(),
                conf.enabledad()));
        if (conf.hasVlanGateway()) {
            steps.add(new EnsureVlanGateway(
                    conf.bridge(), conf.vlans().vlan(), ends.mtuBytes(), conf.enabledad()));
        }
        steps.add(new CreateVeth(
                mark,
                ends.mtuBytes(),
                ends.mac(),
                Optional.of(new CreateVeth.Port(
                        conf.bridge(), conf.hairpinMode(), conf.portIsolation()))));
        if (conf.vlans().wanted()) {
            steps.add(new SetPortVlans(
                    mark.hostLinkName(), conf.vlans().ranges(), conf.vlans().keepsDefault()));
        }
        // Before the port is up: no frame passes unchecked.
        if (conf.macspoofchk()) {
            steps.add(new MacSpoofCheck(mark));
        }
        steps.add(new BringUp(mark.hostLinkName()));
        return new Plan(steps);
    }

    @Override
    public Plan network(Target target) {
        BridgeConf conf = bridgeConf;
        Mark mark = target.mark();
        CniResult result = target.result();
        Set<IfAddr> gateways = gateways(result);
        List<Step> steps = new ArrayList<>();
        if (!gateways.isEmpty()) {
            steps.add(new BridgeAddresses(
                    conf.gatewayLink(),
                    List.copyOf(gateways),
                    conf.forceAddress(),
                    conf.enabledad()));
        }
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (gateways.stream().anyMatch(gateway -> gateway.isIpv4() == ipv4)) {
                steps.add(new Forwarding(ipv4));
            }
        }
        if (!conf.disableContainerInterface()) {
            steps.add(new ConfigureContainer(
                    mark.ifname(),
                    Routing.addresses(result),
                    true,
                    Routing.routes(result),
                    conf.enabledad()));
            steps.add(new AwaitCarrier(
                    mark.hostLinkName(),
                    Routing.listener(mark.ifname(), Routing.addresses(result)),
                    Routing.listener(conf.gatewayLink(), gateways)));
            if (!result.ips().isEmpty()) {
                steps.add(new Announce(mark.ifname()));
            }
        }
        if (vethConf().ipMasq() && !result.ips().isEmpty()) {
            steps.add(Masquerade.of(mark, target.given()));
        }
        return new Plan(steps);
    }

    @Override
    public List<CniInterface> interfaces(Site site, Mark mark, String sandbox) {
        List<CniInterface> interfaces =
                new ArrayList<>(VethShape.super.interfaces(site, mark, sandbox));
        if (bridgeConf.hasVlanGateway()) {
            interfaces.add(Shape.described(site.hostLink(bridgeConf.gatewayLink()), ""));
        }
        return interfaces;
    }

    private Set<IfAddr> gateways(CniResult result) {
        Set<IfAddr> gateways = new LinkedHashSet<>();
        if (bridgeConf.isGateway()) {
            result.ips()
                    .forEach(ip -> ip.gateway()
                            .ifPresent(gateway -> gateways.add(
                                    new IfAddr(gateway, ip.address().prefixLength()))));
        }
        return gateways;
    }
}
