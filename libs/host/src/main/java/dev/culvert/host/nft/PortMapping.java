// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;

/**
 * A host port and where its packets go.
 *
 * @param hostAddress the address of this host that it is bound to; unspecified for all of them
 * @param protocol {@link #TCP}, {@link #UDP} or {@link #SCTP}
 * @param hostPort 1 to 65535
 * @param container an address of the same family
 * @param containerPort 1 to 65535
 */
public record PortMapping(
        IpAddr hostAddress, int protocol, int hostPort, IpAddr container, int containerPort) {
    /** IPPROTO_TCP. */
    public static final int TCP = 6;
    /** IPPROTO_UDP. */
    public static final int UDP = 17;
    /** IPPROTO_SCTP. */
    public static final int SCTP = 132;

    boolean isIpv4() {
        return container.isIpv4();
    }

    /** Whether the port of every address of this host leads to the container. */
    boolean isAny() {
        return hostAddress.isUnspecified();
    }

    /** A protocol's name. */
    private static String protocolName(int protocol) {
        return switch (protocol) {
            case TCP -> "tcp";
            case UDP -> "udp";
            default -> "sctp";
        };
    }

    /** The port as people write it: {@code 8080/tcp} or {@code 192.0.2.1:8080/tcp}. */
    String label() {
        return (isAny() ? "" : end(hostAddress)) + hostPort + "/" + protocolName(protocol);
    }

    private static String end(IpAddr address) {
        return address.isIpv4() ? address + ":" : "[" + address + "]:";
    }

    /** With where it goes: {@code 8080/tcp to 10.1.0.5:80}. */
    @Override
    public String toString() {
        return label() + " to " + end(container) + containerPort;
    }
}
