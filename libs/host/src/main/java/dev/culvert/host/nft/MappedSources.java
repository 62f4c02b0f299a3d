// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;

import java.util.List;

/**
 * Whose packets to a forwarded port get this host's address, so that the container's answers come
 * back this way.
 */
public enum MappedSources {
    /** Nobody's. */
    NONE("none"),
    /** The container's own (hairpin), and this host's from 127.0.0.0/8. */
    OWN("own"),
    /** Everybody's. */
    ALL("all");

    private static final IpAddr LOCALHOST = IpAddr.parse("127.0.0.0");
    private static final IpAddr ANY_IPV4 = IpAddr.parse("0.0.0.0");
    private static final IpAddr ANY_IPV6 = IpAddr.parse("::");

    private final String word;

    MappedSources(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    static MappedSources named(String word) {
        for (MappedSources sources : values()) {
            if (sources.word.equals(word)) {
                return sources;
            }
        }
        return NONE;
    }

    /** The sources, masked as the rules do. */
    List<IpAddr> of(IpAddr container) {
        return switch (this) {
            case NONE -> List.of();
            case OWN ->
                container.isIpv4() ? List.of(container, LOCALHOST) : List.of(container);
            case ALL -> List.of(container.isIpv4() ? ANY_IPV4 : ANY_IPV6);
        };
    }
}
