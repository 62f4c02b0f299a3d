// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.route;

import dev.culvert.net.IpAddr;
import dev.culvert.net.Subnet;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A unicast route; like {@code ip route add DESTINATION via GATEWAY dev LINK}.
 *
 * @param destination 0.0.0.0/0 or ::/0 for the default route
 * @param table RT_TABLE_*, any number
 * @param protocol RTPROT_*: who made it
 * @param scope RT_SCOPE_*
 * @param gateway absent for a destination on the link
 * @param source the preferred source address (RTA_PREFSRC)
 * @param priority the metric; lower wins
 * @param mtuBytes RTAX_MTU
 * @param advmssBytes RTAX_ADVMSS
 * @param onlink the gateway is taken to be on the link, whatever the addresses say (RTNH_F_ONLINK)
 * @kernel include/uapi/linux/rtnetlink.h, struct rtmsg
 */
public record Route(
        Subnet destination,
        int linkIndex,
        int table,
        int protocol,
        int scope,
        int type,
        Optional<IpAddr> gateway,
        Optional<IpAddr> source,
        OptionalInt priority,
        OptionalInt mtuBytes,
        OptionalInt advmssBytes,
        boolean onlink) {
    public static final int SCOPE_GLOBAL = 0;
    public static final int SCOPE_LINK = 253;
    public static final int SCOPE_HOST = 254;
    public static final int TABLE_MAIN = 254;
    public static final int PROTOCOL_KERNEL = 2;
    public static final int PROTOCOL_BOOT = 3;
    public static final int PROTOCOL_STATIC = 4;
    public static final int TYPE_UNICAST = 1;
    /** To an address of this host's own. */
    public static final int TYPE_LOCAL = 2;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTAX_MTU = 2;
    private static final int RTAX_ADVMSS = 8;
    private static final int RTNH_F_ONLINK = 4;

    /**
     * A route on a link, in the main table; global through a gateway, else of link scope for IPv4.
     */
    public static Route to(Subnet destination, int linkIndex, Optional<IpAddr> gateway) {
        Draft draft = new Draft();
        draft.destination = destination;
        draft.linkIndex = linkIndex;
        draft.table = TABLE_MAIN;
        draft.protocol = PROTOCOL_BOOT;
        draft.scope = gateway.isEmpty() && destination.isIpv4() ? SCOPE_LINK : SCOPE_GLOBAL;
        draft.type = TYPE_UNICAST;
        draft.gateway = gateway;
        return draft.done();
    }

    public Route withLink(int index) {
        Draft draft = new Draft(this);
        draft.linkIndex = index;
        return draft.done();
    }

    public Route withSource(IpAddr value) {
        Draft draft = new Draft(this);
        draft.source = Optional.of(value);
        return draft.done();
    }

    public Route withScope(int value) {
        Draft draft = new Draft(this);
        draft.scope = value;
        return draft.done();
    }

    public Route withTable(int value) {
        Draft draft = new Draft(this);
        draft.table = value;
        return draft.done();
    }

    public Route withProtocol(int value) {
        Draft draft = new Draft(this);
        draft.protocol = value;
        return draft.done();
    }

    /** Priority, MTU and advertised segment size, 0 for the kernel's choice. */
    public Route withMetrics(int priority, int mtuBytes, int advmssBytes) {
        Draft draft = new Draft(this);
        draft.priority = unlessZero(priority);
        draft.mtuBytes = unlessZero(mtuBytes);
        draft.advmssBytes = unlessZero(advmssBytes);
        return draft.done();
    }

    public Route withOnlink(boolean value) {
        Draft draft = new Draft(this);
        draft.onlink = value;
        return draft.done();
    }

    private static OptionalInt unlessZero(int value) {
        return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
    }

    // struct rtmsg { family u8, dst_len u8, src_len u8, tos u8, table u8, protocol u8, scope u8,
    // type u8, flags u32 }
    //   RTA_DST  RTA_GATEWAY  RTA_PREFSRC  RTA_PRIORITY u32  RTA_TABLE u32  RTA_OIF u32
    //   RTA_METRICS { RTAX_MTU u32, RTAX_ADVMSS u32 }

    public void encode(NlWriter w) {
        w.u8(Rt.family(destination.isIpv4()))
                .u8(destination.prefixLength())
                .u8(0)
                .u8(0);
        w.u8(table < 256 ? table : 0)
                .u8(protocol)
                .u8(scope)
                .u8(type)
                .u32(onlink ? RTNH_F_ONLINK : 0);
        if (!destination.isDefault()) {
            w.attr(RTA_DST, destination.address().bytes());
        }
        gateway.ifPresent(value -> w.attr(RTA_GATEWAY, value.bytes()));
        source.ifPresent(value -> w.attr(RTA_PREFSRC, value.bytes()));
        priority.ifPresent(value -> w.attrU32(RTA_PRIORITY, value));
        if (table >= 256) {
            w.attrU32(RTA_TABLE, table);
        }
        if (linkIndex != 0) {
            w.attrU32(RTA_OIF, linkIndex);
        }
        if (mtuBytes.isPresent() || advmssBytes.isPresent()) {
            w.nest(RTA_METRICS, metrics -> {
                mtuBytes.ifPresent(value -> metrics.attrU32(RTAX_MTU, value));
                advmssBytes.ifPresent(value -> metrics.attrU32(RTAX_ADVMSS, value));
            });
        }
    }

    /**
     * Writes the question for the route that a packet to an address takes if it leaves by a link,
     * or by any for the index 0.
     */
    public static void encodeGet(NlWriter w, IpAddr destination, int linkIndex) {
        w.u8(Rt.family(destination.isIpv4()))
                .u8(destination.bits())
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(0)
                .u32(0);
        w.attr(RTA_DST, destination.bytes());
        if (linkIndex != 0) {
            w.attrU32(RTA_OIF, linkIndex);
        }
    }

    /** Writes the question for all routes of a family. */
    public static void encodeDump(NlWriter w, int family) {
        w.u8(family).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
    }

    /**
     * From an rtmsg and its attributes, one route for each of its next hops; what is not modelled
     * is skipped.
     */
    public static List<Route> decodeAll(NlReader r) {
        List<Route> hops = new ArrayList<>();
        Route route = decode(r, hops);
        return hops.isEmpty() ? List.of(route) : hops.stream().map(route::by).toList();
    }

    /** The same by another next hop. */
    private Route by(Route hop) {
        Draft draft = new Draft(this);
        draft.linkIndex = hop.linkIndex;
        draft.gateway = hop.gateway;
        draft.onlink = hop.onlink;
        return draft.done();
    }

    /**
     * From an rtmsg and its attributes; those not modelled are skipped. A route with several next
     * hops has none here.
     */
    public static Route decode(NlReader r) {
        return decode(r, new ArrayList<>());
    }

    // RTA_MULTIPATH: struct rtnexthop { len u16, flags u8, hops u8, ifindex s32 } + RTA_GATEWAY
    // ..., 4-byte aligned
    private static void decodeHops(NlReader r, Subnet destination, List<Route> hops) {
        while (r.remaining() >= 8) {
            int length = r.u16();
            int flags = r.u8();
            r.skip(1);
            Route hop = to(destination, r.u32(), Optional.empty())
                    .withOnlink((flags & RTNH_F_ONLINK) != 0);
            NlReader attributes = r.take(Math.max(0, length - 8));
            while (attributes.next()) {
                if (attributes.type() == RTA_GATEWAY) {
                    hop = to(
                                    destination,
                                    hop.linkIndex,
                                    Optional.of(IpAddr.of(attributes.value().bytes())))
                            .withOnlink(hop.onlink);
                }
            }
            hops.add(hop);
        }
    }

    private static Route decode(NlReader r, List<Route> hops) {
        Draft draft = new Draft();
        boolean ipv4 = r.u8() == Rt.AF_INET;
        int length = r.u8();
        r.skip(2);
        draft.table = r.u8();
        draft.protocol = r.u8();
        draft.scope = r.u8();
        draft.type = r.u8();
        draft.onlink = (r.u32() & RTNH_F_ONLINK) != 0;
        IpAddr destination = IpAddr.of(new byte[ipv4 ? 4 : 16]);
        while (r.next()) {
            switch (r.type()) {
                case RTA_DST -> destination = Rt.address(r.value());
                case RTA_OIF -> draft.linkIndex = r.value().u32();
                case RTA_MULTIPATH -> decodeHops(r.value(), Subnet.of(destination, 0), hops);
                case RTA_GATEWAY -> draft.gateway = Optional.of(Rt.address(r.value()));
                case RTA_PREFSRC -> draft.source = Optional.of(Rt.address(r.value()));
                case RTA_PRIORITY -> draft.priority = OptionalInt.of(r.value().u32());
                case RTA_TABLE -> draft.table = r.value().u32();
                case RTA_METRICS -> decodeMetrics(r.value(), draft);
                default -> {}
            }
        }
        draft.destination = Subnet.of(destination, Math.min(length, destination.bits()));
        return draft.done();
    }

    private static void decodeMetrics(NlReader r, Draft draft) {
        while (r.next()) {
            switch (r.type()) {
                case RTAX_MTU -> draft.mtuBytes = OptionalInt.of(r.value().u32());
                case RTAX_ADVMSS -> draft.advmssBytes = OptionalInt.of(r.value().u32());
                default -> {}
            }
        }
    }

    /** The route in ip(8)'s words, without its link. */
    public String describe() {
        StringBuilder out =
                new StringBuilder(destination.isDefault() ? "default" : destination.toString());
        gateway.ifPresent(value -> out.append(" via ").append(value));
        source.ifPresent(value -> out.append(" src ").append(value));
        priority.ifPresent(value -> out.append(" metric ").append(value));
        mtuBytes.ifPresent(value -> out.append(" mtu ").append(value));
        advmssBytes.ifPresent(value -> out.append(" advmss ").append(value));
        if (table != TABLE_MAIN) {
            out.append(" table ").append(table);
        }
        return out.append(onlink ? " onlink" : "").toString();
    }

    /** A route in the making: whatever changes one part of it leaves the others alone. */
    private static final class Draft {
        Subnet destination;
        int linkIndex;
        int table;
        int protocol;
        int scope;
        int type;
        Optional<IpAddr> gateway = Optional.empty();
        Optional<IpAddr> source = Optional.empty();
        OptionalInt priority = OptionalInt.empty();
        OptionalInt mtuBytes = OptionalInt.empty();
        OptionalInt advmssBytes = OptionalInt.empty();
        boolean onlink;

        Draft() {}

        Draft(Route from) {
            destination = from.destination;
            linkIndex = from.linkIndex;
            table = from.table;
            protocol = from.protocol;
            scope = from.scope;
            type = from.type;
            gateway = from.gateway;
            source = from.source;
            priority = from.priority;
            mtuBytes = from.mtuBytes;
            advmssBytes = from.advmssBytes;
            onlink = from.onlink;
        }

        Route done() {
            return new Route(
                    destination,
                    linkIndex,
                    table,
                    protocol,
                    scope,
                    type,
                    gateway,
                    source,
                    priority,
                    mtuBytes,
                    advmssBytes,
                    onlink);
        }
    }
}
