// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.TestNetns;

import java.time.Duration;

/** A container of a test: an id, a namespace, and an interface's name. */
public record Pod(String id, TestNetns netns, String ifname) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int PORT = 7007;

    /** A container with a fresh namespace, to be attached as eth0. */
    public static Pod open(String name) {
        return new Pod("pod-" + name, TestNetns.create(name), "eth0");
    }

    /** The same container with another interface. */
    public Pod as(String otherIfname) {
        return new Pod(id, netns, otherIfname);
    }

    /**
     * The same namespace under another container id: it was used again, as a process number can be.
     */
    public Pod reusedBy(String otherId) {
        return new Pod(otherId, netns, ifname);
    }

    /** Its path, as CNI_NETNS takes it. */
    public String path() {
        return netns.path();
    }

    /** What the standard tools see inside. */
    public Ip ip() {
        return new Ip(netns.witness());
    }

    /** Whether one ping and one exchange over TCP from here to the other container come through. */
    public boolean reaches(Pod other, String address) throws Exception {
        try (EchoServer server = other.netns.openTcpEcho(PORT)) {
            netns.tcpExchange(address, PORT, LIMIT);
            return netns.ping(address) && !server.peers().isEmpty();
        }
    }

    @Override
    public void close() {
        netns.close();
    }
}
