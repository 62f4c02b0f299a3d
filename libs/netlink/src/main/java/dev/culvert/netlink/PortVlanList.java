// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.wire.link.PortVlans;
import dev.culvert.wire.netlink.Rt;

import java.util.ArrayList;
import java.util.List;

/** The VLANs of the ports of bridges. */
public final class PortVlanList {
    private PortVlanList() {}

    /** Like {@code bridge vlan add}; what is there already gets the flags. */
    public static Reply<Void> add(Batch batch, String port, PortVlans vlans) {
        return batch.tell("add VLANs to port", port, Rt.RTM_SETLINK, 0, vlans::encode);
    }

    /** Like {@code bridge vlan del}; what is not there is fine. */
    public static Reply<Void> remove(Batch batch, String port, PortVlans vlans) {
        return batch.tell("delete VLANs of port", port, Rt.RTM_DELLINK, 0, vlans::encode);
    }

    /**
     * The VLANs of a port, by number; none for what is no port. The kernel tells of all ports at
     * once.
     */
    public static List<PortVlans.Range> of(NetlinkSocket socket, int index) {
        List<PortVlans.Range> ranges = new ArrayList<>();
        for (PortVlans vlans : socket.dump(
                "VLANs of ports", Rt.RTM_GETLINK, PortVlans::encodeList, PortVlans::decode)) {
            if (vlans.index() == index) {
                ranges.addAll(vlans.ranges());
            }
        }
        return ranges;
    }
}
