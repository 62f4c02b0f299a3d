// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.route;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.Optional;

/**
 * A neighbour: the hardware address behind an address on a link; like {@code ip neigh add IP lladdr
 * MAC dev LINK}.
 *
 * @param state NUD_*
 * @param flags NTF_*
 * @param mac absent while it is not known
 * @kernel include/uapi/linux/neighbour.h
 */
public record Neighbour(int linkIndex, int state, int flags, IpAddr address, Optional<Mac> mac) {
    public static final int NUD_REACHABLE = 0x02;
    public static final int NUD_STALE = 0x04;
    public static final int NUD_FAILED = 0x20;
    public static final int NUD_PERMANENT = 0x80;
    public static final int NTF_PROXY = 0x08;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;

    // struct ndmsg { family u8, pad 3 bytes, ifindex s32, state u16, flags u8, type u8 }
    //        12 bytes
    //   NDA_DST 4 or 16 bytes  NDA_LLADDR 6 bytes

    public void encode(NlWriter w) {
        w.u8(Rt.family(address.isIpv4()))
                .zeros(3)
                .u32(linkIndex)
                .u16(state)
                .u8(flags)
                .u8(0);
        w.attr(NDA_DST, address.bytes());
        mac.ifPresent(value -> w.attr(NDA_LLADDR, value.bytes()));
    }

    /** Writes the question for all neighbours of a family. */
    public static void encodeDump(NlWriter w, int family) {
        w.u8(family).zeros(3).u32(0).u16(0).u8(0).u8(0);
    }

    /**
     * From an ndmsg and its attributes; empty for one without an IP address, such as a bridge's
     * forwarding entry.
     */
    public static Optional<Neighbour> decode(NlReader r) {
        r.skip(4);
        int linkIndex = r.u32();
        int state = r.u16();
        int flags = r.u8();
        r.u8();
        Optional<IpAddr> address = Optional.empty();
        Optional<Mac> mac = Optional.empty();
        while (r.next()) {
            switch (r.type()) {
                case NDA_DST -> address = Optional.of(Rt.address(r.value()));
                case NDA_LLADDR -> mac = Rt.mac(r.value());
                default -> {}
            }
        }
        Optional<Mac> known = mac;
        return address.map(ip -> new Neighbour(linkIndex, state, flags, ip, known));
    }
}
