// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.wire.netlink.MalformedMessageException;

/**
 * A table's family.
 *
 * @kernel include/uapi/linux/netfilter.h, NFPROTO_*
 */
public enum Family {
    UNSPEC(0, ""),
    INET(1, "inet"),
    IPV4(2, "ip"),
    ARP(3, "arp"),
    NETDEV(5, "netdev"),
    BRIDGE(7, "bridge"),
    IPV6(10, "ip6");

    private final int number;
    private final String word;

    Family(int number, String word) {
        this.number = number;
        this.word = word;
    }

    public int number() {
        return number;
    }

    static Family of(int number) {
        for (Family family : values()) {
            if (family.number == number) {
                return family;
            }
        }
        throw new MalformedMessageException("nfgenmsg", 0, "a family", Integer.toString(number));
    }

    /** nft's word for it. */
    @Override
    public String toString() {
        return word;
    }
}
