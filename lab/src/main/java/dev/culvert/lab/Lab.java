// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.ArrayList;
import java.util.List;

/**
 * The namespaces of the demo: the one we are in plays the host, and there are three containers and
 * a host outside. Host and outside share a link, and that is all the outside knows: what the
 * containers send there is answered only if the host puts its own address on it.
 */
final class Lab {
    private static final String UPLINK = "uplink";
    private static final String OUTSIDE_LINK = "eth0";
    /** Documentation prefixes (RFC 5737, RFC 3849). */
    private static final List<IfAddr> HOST =
            List.of(IfAddr.parse("192.0.2.1/24"), IfAddr.parse("2001:db8::1/64"));

    private static final List<IfAddr> OUTSIDE =
            List.of(IfAddr.parse("192.0.2.2/24"), IfAddr.parse("2001:db8::2/64"));

    private static final long UPLINK_LIMIT_NANOS = 5_000_000_000L;

    private final Netns client = Netns.create("client");
    private final Netns server = Netns.create("server");
    private final Netns edge = Netns.create("edge");
    private final Netns outside = Netns.create("outside");

    private Lab() {}

    /** Makes them all, and the link between host and outside. */
    static Lab create() {
        Lab lab = new Lab();
        ip(
                "link",
                "add",
                UPLINK,
                "type",
                "veth",
                "peer",
                "name",
                OUTSIDE_LINK,
                "netns",
                lab.outside.name());
        // Without duplicate address detection, which would keep IPv6 waiting for seconds.
        for (IfAddr address : HOST) {
            ip("address", "add", address.toString(), "dev", UPLINK, "nodad");
        }
        for (IfAddr address : OUTSIDE) {
            lab.outside
                    .ip("address", "add", address.toString(), "dev", OUTSIDE_LINK, "nodad")
                    .ok();
        }
        ip("link", "set", UPLINK, "up");
        lab.outside.ip("link", "set", OUTSIDE_LINK, "up").ok();
        lab.awaitUplink();
        return lab;
    }

    /**
     * A host's uplink has been up for long; just after being set up, a link may still lose packets
     * for a second.
     */
    private void awaitUplink() {
        long deadline = System.nanoTime() + UPLINK_LIMIT_NANOS;
        while (!isUp(Ran.of(List.of("ip", "-o", "link", "show", "dev", UPLINK)))
                || !isUp(outside.ip("-o", "link", "show", "dev", OUTSIDE_LINK))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "the link between host and outside does not come up");
            }
        }
    }

    private static boolean isUp(Ran ran) {
        return ran.ok().contains(" state UP ");
    }

    private static void ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Ran.of(command).ok();
    }

    Netns client() {
        return client;
    }

    Netns server() {
        return server;
    }

    Netns edge() {
        return edge;
    }

    Netns outside() {
        return outside;
    }

    List<Netns> containers() {
        return List.of(client, server, edge);
    }

    Topology.Uplink uplink() {
        return new Topology.Uplink(UPLINK, HOST, OUTSIDE_LINK, OUTSIDE);
    }

    /** The address of the host that the outside sees. */
    IpAddr hostAddress(boolean ipv4) {
        return of(HOST, ipv4);
    }

    /** The address of the outside that the host sees. */
    IpAddr outsideAddress(boolean ipv4) {
        return of(OUTSIDE, ipv4);
    }

    /** The address of a family. */
    static IpAddr of(List<IfAddr> addresses, boolean ipv4) {
        return addresses.stream()
                .filter(address -> address.isIpv4() == ipv4)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no IPv" + (ipv4 ? 4 : 6) + " address in " + addresses))
                .address();
    }
}
