// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;

/**
 * A neighbour of a private host that knows nothing of containers: it has no route to them, and
 * answers on port {@link #PORT} with the address from which it is asked.
 */
final class Outside implements AutoCloseable {
    static final String IP4 = "192.0.2.2";
    static final String IP6 = "2001:db8:ff::2";
    static final String HOST_IP4 = "192.0.2.1";
    static final String HOST_IP6 = "2001:db8:ff:0:0:0:0:1";
    static final int PORT = 9000;

    private final WhoServer server;

    private Outside(WhoServer server) {
        this.server = server;
    }

    /** Links a new neighbour to the host by {@code up0}. */
    static Outside open(PrivateHost host) throws Exception {
        host.sh("""
                set -e
                ip netns add outside
                ip link add up0 type veth peer name eth0 netns outside
                ip addr add 192.0.2.1/24 dev up0
                ip addr add 2001:db8:ff::1/64 dev up0 nodad
                ip link set up0 up
                ip -n outside link set lo up
                ip -n outside addr add 192.0.2.2/24 dev eth0
                ip -n outside addr add 2001:db8:ff::2/64 dev eth0 nodad
                ip -n outside link set eth0 up
                """).ok();
        return new Outside(WhoServer.open(host.netnsOf("outside"), PORT));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
