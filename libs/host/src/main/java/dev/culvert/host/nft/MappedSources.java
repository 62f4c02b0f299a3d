// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;

import java.util.List;

/**
 * Whose packets to a forwarded port get this host's address, so that the container's answers come
 * back this way.
 */
public enum MappedSources {
    /** Nobody's. */
    NONE("none"),
    /**
     * Those of the container's subnet, itself (hairpin) and neighbours that it would answer without
     * this host, and this host's from 127.0.0.0/8.
     */
    OWN("own"),
    /** Everybody's. */
    ALL("all");

    private static final Subnet LOCALHOST = Subnet.of(IpAddr.parse("127.0.0.0"), 8);
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

    /** The sources of packets to a container. */
    List<Subnet> of(IpAddr container, int prefixLength) {
        Subnet own = Subnet.of(container, prefixLength);
        return switch (this) {
            case NONE -> List.of();
            case OWN -> container.isIpv4() ? List.of(own, LOCALHOST) : List.of(own);
            case ALL -> List.of(Subnet.of(container, 0));
        };
    }
}
