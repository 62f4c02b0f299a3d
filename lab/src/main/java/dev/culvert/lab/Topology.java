// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.net.IfAddr;

import java.util.List;

/**
 * Who is connected to whom, with the real names and addresses.
 *
 * @param bridged the containers on the bridge
 * @param routed the container on a link of its own
 */
record Topology(Bridge bridge, List<Leg> bridged, Leg routed, Uplink uplink) {
    Topology {
        bridged = List.copyOf(bridged);
    }

    /** A bridge on the host. */
    record Bridge(String name, List<IfAddr> addresses) {}

    /**
     * A container and its way to the host.
     *
     * @param hostLink the host's end of it
     * @param gateways what the host answers on there
     */
    record Leg(
            String container,
            String link,
            List<IfAddr> addresses,
            String hostLink,
            List<IfAddr> gateways) {}

    /** The way from the host to the outside. */
    record Uplink(String hostLink, List<IfAddr> host, String outsideLink, List<IfAddr> outside) {}
}
