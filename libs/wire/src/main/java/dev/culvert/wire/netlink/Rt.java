// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;

import java.util.Optional;

/**
 * Message types and values of rtnetlink that more than one message uses.
 *
 * @kernel include/uapi/linux/rtnetlink.h
 */
public final class Rt {
    public static final int RTM_NEWLINK = 16;
    public static final int RTM_DELLINK = 17;
    public static final int RTM_GETLINK = 18;
    public static final int RTM_SETLINK = 19;
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    public static final int RTM_GETADDR = 22;
    public static final int RTM_NEWROUTE = 24;
    public static final int RTM_DELROUTE = 25;
    public static final int RTM_GETROUTE = 26;
    public static final int RTM_NEWNEIGH = 28;
    public static final int RTM_DELNEIGH = 29;
    public static final int RTM_GETNEIGH = 30;
    public static final int RTM_GETNETCONF = 82;

    public static final int AF_UNSPEC = 0;
    public static final int AF_INET = 2;
    public static final int AF_BRIDGE = 7;
    public static final int AF_INET6 = 10;

    /** Group of link announcements, as a bit of sockaddr_nl.nl_groups (RTNLGRP_LINK - 1). */
    public static final int GROUP_LINK = 1;
    /** Group of announcements of IPv6 addresses (RTNLGRP_IPV6_IFADDR - 1). */
    public static final int GROUP_IPV6_ADDRESS = 1 << 8;

    private Rt() {}

    /** An attribute's address. */
    public static IpAddr address(NlReader v) {
        int length = v.remaining();
        if (length != 4 && length != 16) {
            throw new MalformedMessageException(
                    "address", v.position(), "4 or 16 bytes", Integer.toString(length));
        }
        return IpAddr.of(v.bytes());
    }

    /** An attribute's hardware address; empty if it is of another length than Ethernet's. */
    public static Optional<Mac> mac(NlReader v) {
        return v.remaining() == 6 ? Optional.of(Mac.of(v.bytes())) : Optional.empty();
    }

    /** AF_INET or AF_INET6. */
    public static int family(boolean ipv4) {
        return ipv4 ? AF_INET : AF_INET6;
    }
}
