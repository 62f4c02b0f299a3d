// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniRoute;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Step;
import dev.culvert.host.link.AwaitCarrier;
import dev.culvert.host.link.ConfigureContainer;
import dev.culvert.host.link.CreateVeth;
import dev.culvert.host.link.EnsureBridge;
import dev.culvert.host.link.Forwarding;
import dev.culvert.host.nft.MacSpoofCheck;
import dev.culvert.host.nft.Masquerade;
import dev.culvert.net.IfAddr;
import dev.culvert.net.Mac;
import dev.culvert.net.Subnet;
import dev.culvert.plugins.veth.Routing;
import dev.culvert.plugins.veth.Shape;
import dev.culvert.plugins.veth.VethConf;
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
record BridgeShape(BridgeConf bridgeConf) implements Shape {
    @Override
    public VethConf conf() {
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
        return bridgeConf.isGateway() && bridgeConf.hasIpam();
    }

    /** Adds the gateways and default routes that the configuration asks for. */
    @Override
    public CniResult complete(CniResult ipam) {
        BridgeConf conf = bridgeConf;
        List<CniIp> ips = new ArrayList<>();
        List<CniRoute> routes = new ArrayList<>(ipam.routes());
        for (CniIp ip : ipam.ips()) {
            CniIp complete = ip.gateway().isEmpty() && conf.isGateway()
                    ? ip.withGateway(ip.address().subnet().address().plus(1))
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
    public Plan plan(Target target) {
        BridgeConf conf = bridgeConf;
        Mark mark = target.mark();
        CniResult result = target.result();
        Set<IfAddr> gateways = new LinkedHashSet<>();
        if (conf.isGateway()) {
            result.ips()
                    .forEach(ip -> ip.gateway()
                            .ifPresent(gateway -> gateways.add(
                                    new IfAddr(gateway, ip.address().prefixLength()))));
        }
        List<Step> steps = new ArrayList<>();
        steps.add(new EnsureBridge(
                conf.bridge(),
                target.mtuBytes(),
                conf.promiscMode(),
                List.copyOf(gateways),
                conf.forceAddress(),
                conf.enabledad()));
        // After the bridge: where that is refused, nothing at all has changed.
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (gateways.stream().anyMatch(gateway -> gateway.isIpv4() == ipv4)) {
                steps.add(new Forwarding(ipv4));
            }
        }
        steps.add(new CreateVeth(
                mark,
                target.mtuBytes(),
                target.mac(),
                Optional.of(new CreateVeth.Port(
                        conf.bridge(), conf.hairpinMode(), conf.portIsolation()))));
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
                    Routing.listener(conf.bridge(), gateways)));
        }
        if (conf.macspoofchk()) {
            steps.add(new MacSpoofCheck(mark));
        }
        if (conf.veth().ipMasq() && !result.ips().isEmpty()) {
            steps.add(Masquerade.of(mark, target.given()));
        }
        return new Plan(steps);
    }
}
