// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.route;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.wire.netlink.MalformedMessageException;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.Optional;

/**
 * An address on a link; like {@code ip addr add ADDRESS dev LINK}.
 *
 * @param linkIndex the link that carries it
 * @param flags IFA_F_*
 * @param scope RT_SCOPE_*
 * @param address the link's own address (IFA_LOCAL) with its prefix length
 * @param peer the other side's address (IFA_ADDRESS) where it differs, on point-to-point links
 * @param broadcast IPv4 only
 * @kernel include/uapi/linux/if_addr.h
 */
public record Address(
        int linkIndex,
        int flags,
        int scope,
        IfAddr address,
        Optional<IpAddr> peer,
        Optional<IpAddr> broadcast) {
    public static final int IFA_F_NODAD = 0x02;
    public static final int IFA_F_DADFAILED = 0x08;
    public static final int IFA_F_TENTATIVE = 0x40;
    public static final int IFA_F_PERMANENT = 0x80;
    public static final int IFA_F_NOPREFIXROUTE = 0x200;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;

    /**
     * A global address; IPv4 prefixes shorter than 31 bits get their broadcast address, as ip(8)
     * sets with {@code brd +}.
     */
    public static Address on(int linkIndex, IfAddr address, int flags) {
        boolean hasBroadcast = address.isIpv4() && address.prefixLength() < 31;
        return new Address(
                linkIndex,
                flags,
                Route.SCOPE_GLOBAL,
                address,
                Optional.empty(),
                hasBroadcast ? Optional.of(address.subnet().last()) : Optional.empty());
    }

    public boolean isTentative() {
        return (flags & IFA_F_TENTATIVE) != 0;
    }

    // struct ifaddrmsg { family u8, prefixlen u8, flags u8, scope u8, index u32 }
    //          8 bytes
    //   IFA_LOCAL 4 or 16 bytes  IFA_ADDRESS 4 or 16 bytes  IFA_BROADCAST 4 bytes  IFA_FLAGS u32,
    // if 8 bits are too few

    public void encode(NlWriter w) {
        w.u8(Rt.family(address.isIpv4()))
                .u8(address.prefixLength())
                .u8(flags)
                .u8(scope)
                .u32(linkIndex);
        w.attr(IFA_LOCAL, address.address().bytes());
        w.attr(IFA_ADDRESS, peer.orElse(address.address()).bytes());
        broadcast.ifPresent(value -> w.attr(IFA_BROADCAST, value.bytes()));
        if (flags > 0xff) {
            w.attrU32(IFA_FLAGS, flags);
        }
    }

    /** Writes the question for all addresses of a family, AF_UNSPEC for both. */
    public static void encodeDump(NlWriter w, int family, int linkIndex) {
        w.u8(family).u8(0).u8(0).u8(0).u32(linkIndex);
    }

    /** From an ifaddrmsg and its attributes. */
    public static Address decode(NlReader r) {
        r.u8();
        int prefixLength = r.u8();
        int flags = r.u8();
        int scope = r.u8();
        int linkIndex = r.u32();
        Optional<IpAddr> local = Optional.empty();
        Optional<IpAddr> other = Optional.empty();
        Optional<IpAddr> broadcast = Optional.empty();
        while (r.next()) {
            switch (r.type()) {
                case IFA_LOCAL -> local = Optional.of(Rt.address(r.value()));
                case IFA_ADDRESS -> other = Optional.of(Rt.address(r.value()));
                case IFA_BROADCAST -> broadcast = Optional.of(Rt.address(r.value()));
                case IFA_FLAGS -> flags = r.value().u32();
                default -> {}
            }
        }
        // IPv6 tells only IFA_ADDRESS, unless there is a peer.
        IpAddr own = local.isPresent()
                ? local.get()
                : other.orElseThrow(() -> new MalformedMessageException(
                        "ifaddrmsg", 0, "IFA_LOCAL or IFA_ADDRESS", "neither"));
        Optional<IpAddr> peer =
                other.isPresent() && !other.get().equals(own) ? other : Optional.empty();
        return new Address(
                linkIndex,
                flags,
                scope,
                new IfAddr(own, Math.min(prefixLength, own.bits())),
                peer,
                broadcast);
    }
}
