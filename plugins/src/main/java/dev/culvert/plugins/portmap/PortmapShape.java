// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.link.RouteLocalhost;
import dev.culvert.host.nft.ForwardPorts;
import dev.culvert.host.nft.MappedSources;
import dev.culvert.host.nft.PortMapping;
import dev.culvert.net.IfAddr;
import dev.culvert.plugins.main.ChainedShape;
import dev.culvert.sys.ErrnoException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules, and the way of 127.0.0.1 to the container.
 *
 * @param addresses the container's, at most one of each family
 */
record PortmapShape(PortmapConf conf, Mark mark, List<IfAddr> addresses) implements ChainedShape {
    static PortmapShape of(Request request) {
        PortmapConf conf = PortmapConf.parse(request.conf());
        return new PortmapShape(
                conf,
                new Mark(request.conf().name(), request.containerId(), request.ifname()),
                request.conf()
                        .prevResult()
                        .map(result -> addresses(result, request.ifname()))
                        .orElse(List.of()));
    }

    /** The container's addresses that ports lead to. */
    static List<IfAddr> addresses(CniResult result, String ifname) {
        List<IfAddr> addresses = new ArrayList<>();
        for (boolean ipv4 : new boolean[] {true, false}) {
            address(result, ifname, ipv4).ifPresent(addresses::add);
        }
        return addresses;
    }

    /** The first of a family that may be the container's interface's. */
    private static Optional<IfAddr> address(CniResult result, String ifname, boolean ipv4) {
        for (CniIp ip : result.ips()) {
            if (ip.address().isIpv4() == ipv4 && isContainers(ip, result.interfaces(), ifname)) {
                return Optional.of(ip.address());
            }
        }
        return Optional.empty();
    }

    private static boolean isContainers(CniIp ip, List<CniInterface> interfaces, String ifname) {
        if (ip.interfaceIndex().isEmpty()) {
            return true;
        }
        int index = ip.interfaceIndex().getAsInt();
        return index >= 0
                && index < interfaces.size()
                && interfaces.get(index).name().equals(ifname)
                && !interfaces.get(index).sandbox().isEmpty();
    }

    @Override
    public Plan plan() {
        List<PortMapping> mappings = new ArrayList<>();
        for (RequestedPort port : conf.ports()) {
            addresses.forEach(address -> port.to(address.address()).ifPresent(mappings::add));
        }
        List<Step> steps = new ArrayList<>();
        if (!mappings.isEmpty()) {
            if (conf.sources() != MappedSources.NONE && addresses.get(0).isIpv4()) {
                steps.add(new RouteLocalhost(addresses.get(0).address()));
            }
            steps.add(new ForwardPorts(mark, addresses, mappings, conf.sources()));
        }
        return new Plan(steps);
    }

    @Override
    public void status(Site site) {
        try {
            ForwardPorts.requireKernel(site);
        } catch (ErrnoException e) {
            if (e.isUnsupported()) {
                throw new CniException(
                        CniErrorCode.NOT_AVAILABLE,
                        e.getMessage(),
                        "portmap needs nftables: load its module, or run Linux 5.4 or later");
            }
            throw e;
        }
    }
}
