// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Site;
import dev.culvert.net.IpAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Flows;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.conntrack.Flow;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Flows of UDP and SCTP whose way was decided before a port changed hands. They have no end that
 * the kernel would see, so a client that goes on sending would never reach the new owner. Only
 * those that went to the port in question go; a kernel that cannot list flows keeps them until they
 * time out, which is no reason to fail.
 */
final class StaleFlows {
    /** More ports of a protocol than this are looked for in one listing of all its flows. */
    private static final int LISTINGS = 16;

    private final Site site;
    private final NetlinkSocket socket;

    StaleFlows(Site site, NetlinkSocket socket) {
        this.site = site;
        this.socket = socket;
    }

    /** After an ADD: flows to the ports of this host that lead elsewhere. */
    void leadingElsewhere(List<PortMapping> mappings) {
        Set<IpAddr> local = new LinkedHashSet<>();
        remove(
                mappings,
                (mapping, flow) ->
                        !leadsToContainer(mapping, flow) && isHere(mapping, flow, local));
    }

    /** After a DEL: flows that lead to the container. */
    void leadingTo(List<PortMapping> mappings) {
        remove(mappings, StaleFlows::leadsToContainer);
    }

    private static boolean leadsToContainer(PortMapping mapping, Flow flow) {
        return flow.reply().source().equals(mapping.container())
                && flow.reply().sourcePort() == mapping.containerPort();
    }

    /** Whether the flow went to this host; its addresses are listed when the first flow asks. */
    private boolean isHere(PortMapping mapping, Flow flow, Set<IpAddr> local) {
        IpAddr destination = flow.original().destination();
        if (!mapping.isAny() || destination.isLoopback()) {
            return true;
        }
        if (local.isEmpty()) {
            new Addresses(site.hostRoute())
                    .list()
                    .forEach(address -> local.add(address.address().address()));
        }
        return local.contains(destination);
    }

    private void remove(List<PortMapping> mappings, BiPredicate<PortMapping, Flow> isStale) {
        try {
            for (int protocol : new int[] {PortMapping.UDP, PortMapping.SCTP}) {
                for (boolean ipv4 : new boolean[] {true, false}) {
                    remove(
                            mappings.stream()
                                    .filter(mapping -> mapping.protocol() == protocol
                                            && mapping.isIpv4() == ipv4)
                                    .toList(),
                            ipv4,
                            protocol,
                            isStale);
                }
            }
        } catch (ErrnoException e) {
            // The ports are as they should be; what is left of old flows ends by itself.
        }
    }

    private void remove(
            List<PortMapping> mappings,
            boolean ipv4,
            int protocol,
            BiPredicate<PortMapping, Flow> isStale) {
        Set<Integer> ports = new LinkedHashSet<>();
        mappings.forEach(mapping -> ports.add(mapping.hostPort()));
        Flows flows = new Flows(socket);
        List<Flow> stale = new ArrayList<>();
        for (int port : ports.size() > LISTINGS ? Set.of(0) : ports) {
            for (Flow flow : flows.list(ipv4, protocol, port)) {
                if (mappings.stream()
                        .anyMatch(mapping -> isFor(mapping, flow) && isStale.test(mapping, flow))) {
                    stale.add(flow);
                }
            }
        }
        flows.remove(stale);
    }

    private static boolean isFor(PortMapping mapping, Flow flow) {
        return flow.original().destinationPort() == mapping.hostPort()
                && (mapping.isAny() || flow.original().destination().equals(mapping.hostAddress()));
    }
}
