// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

/**
 * What {@code conf.all} of a family holds in a namespace. Only told: the kernel takes changes by
 * {@code /proc/sys} alone.
 *
 * @param forwarding 1: packets are forwarded between links
 * @kernel include/uapi/linux/netconf.h
 */
public record ForwardingConf(int forwarding) {
    private static final int NETCONFA_IFINDEX = 1;
    private static final int NETCONFA_FORWARDING = 2;
    private static final int NETCONFA_IFINDEX_ALL = -1;

    // struct netconfmsg { family u8 } and 3 bytes of padding, NETCONFA_IFINDEX s32,
    // NETCONFA_FORWARDING s32, ...

    /** Writes the question about a family. */
    public static void encodeGet(NlWriter w, boolean ipv4) {
        w.u8(Rt.family(ipv4)).zeros(3).attrU32(NETCONFA_IFINDEX, NETCONFA_IFINDEX_ALL);
    }

    /** From a netconfmsg and its attributes. */
    public static ForwardingConf decode(NlReader r) {
        r.skip(4);
        int forwarding = 0;
        while (r.next()) {
            if (r.type() == NETCONFA_FORWARDING) {
                forwarding = r.value().u32();
            }
        }
        return new ForwardingConf(forwarding);
    }
}
