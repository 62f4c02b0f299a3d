// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;

/**
 * The type of a set's key or data. The kernel stores the numbers for nft, whose listing depends on
 * them; numbers and words are nft's.
 */
public enum DataType {
    INTEGER(4, "integer", 4),
    IPV4_ADDR(7, "ipv4_addr", 4),
    IPV6_ADDR(8, "ipv6_addr", 16),
    ETHER_ADDR(9, "ether_addr", 6),
    INET_PROTO(12, "inet_proto", 1),
    INET_SERVICE(13, "inet_service", 2),
    MARK(19, "mark", 4),
    IFNAME(41, "ifname", 16);

    private final int number;
    private final String word;
    private final int length;

    DataType(int number, String word, int length) {
        this.number = number;
        this.word = word;
        this.length = length;
    }

    public int number() {
        return number;
    }

    /** Bytes. */
    public int length() {
        return length;
    }

    /** nft's word for it. */
    @Override
    public String toString() {
        return word;
    }

    /** A value of this length in nft's words. */
    String describe(Value value) {
        return switch (this) {
            case IPV4_ADDR, IPV6_ADDR -> IpAddr.of(value.bytes()).toString();
            case ETHER_ADDR -> Mac.of(value.bytes()).toString();
            case INET_PROTO, INET_SERVICE -> Integer.toString(value.toBe());
            case INTEGER, MARK -> Integer.toUnsignedString(value.toU32());
            case IFNAME -> "\"" + value.text() + "\"";
        };
    }
}
