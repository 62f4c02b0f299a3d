// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.wire.conntrack.Flow;

import java.util.List;

/** The flows that connection tracking knows in one namespace. */
public final class Flows {
    private final NetlinkSocket socket;

    /** Over a socket of {@code NETLINK_NETFILTER}, which stays the caller's. */
    public Flows(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * The flows of a protocol with ports.
     *
     * @param port the first packet's destination port, 0 for any
     */
    public List<Flow> list(boolean ipv4, int protocol, int port) {
        return socket
                .dump(
                        "flows",
                        Flow.GET,
                        w -> Flow.encodeDump(w, ipv4, protocol, port),
                        payload -> Flow.decode(payload).orElse(null))
                .stream()
                .filter(flow -> flow.original().protocol() == protocol
                        && (port == 0 || flow.original().destinationPort() == port))
                .toList();
    }

    /** Makes the kernel forget flows; those that it has forgotten already are fine. */
    public void remove(List<Flow> flows) {
        Batch batch = socket.batch();
        for (Flow flow : flows) {
            batch.tell(
                    "delete flow",
                    flow.original().toString(),
                    Flow.DELETE,
                    0,
                    flow::encodeKey,
                    Errno.ENOENT);
        }
        socket.exchange(batch);
    }
}
