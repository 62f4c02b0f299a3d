// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.net.Mac;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A link, as asked for or as told by the kernel. Start a request from {@link #named} or {@link #at}
 * and add with the {@code with} methods.
 *
 * @param family AF_UNSPEC, or AF_BRIDGE in a bridge's announcement about a port
 * @param index 0: by name
 * @param flags IFF_*
 * @param change the flags that a request sets
 * @param linkIndex IFLA_LINK: for a veth, the peer's index in its own namespace; in a request, the
 *     link that a new one is made on
 * @param linkElsewhere whether the kernel told that linkIndex counts in another namespace
 * @param netnsFd where to create the link or move it to, as an open descriptor
 * @param promiscuity how many want the link promiscuous
 * @param txQueueLength packets that may wait, IFLA_TXQLEN
 * @param ipv6 empty where the kernel has no IPv6 on the link
 * @kernel include/uapi/linux/if_link.h
 */
public record Link(
        int family,
        int index,
        int flags,
        int change,
        String name,
        Optional<String> alias,
        Optional<Mac> mac,
        OptionalInt mtu,
        OptionalInt master,
        OptionalInt linkIndex,
        boolean linkElsewhere,
        OptionalInt netnsFd,
        OptionalInt operState,
        OptionalInt promiscuity,
        OptionalInt txQueueLength,
        Optional<LinkInfo> info,
        Optional<BridgePort> port,
        Optional<Ipv6Conf> ipv6) {
    public static final int IFF_UP = 0x1;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_ALLMULTI = 0x200;
    public static final int IFF_LOWER_UP = 0x10000;
    public static final int IF_OPER_UP = 6;
    public static final int IFALIAS_MAX = 255;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_LINK = 5;
    static final int IFLA_MASTER = 10;
    static final int IFLA_TXQLEN = 13;
    static final int IFLA_OPERSTATE = 16;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_IFALIAS = 20;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_INET_CONF = 1;
    static final int IPV4_DEVCONF_ARP_NOTIFY = 22;
    static final int IFLA_GROUP = 27;
    static final int IFLA_NET_NS_FD = 28;
    static final int IFLA_EXT_MASK = 29;
    static final int IFLA_PROMISCUITY = 30;
    static final int IFLA_LINK_NETNSID = 37;
    /** Leaves the counters out of an answer (linux/rtnetlink.h, RTEXT_FILTER_SKIP_STATS). */
    static final int RTEXT_FILTER_SKIP_STATS = 8;

    /** A link found or made by its name; "" for none. */
    public static Link named(String name) {
        Draft draft = new Draft();
        draft.name = name;
        return draft.done();
    }

    /** A link by its index. */
    public static Link at(int index) {
        return named("").withIndex(index);
    }

    public Link withIndex(int value) {
        Draft draft = new Draft(this);
        draft.index = value;
        return draft.done();
    }

    /** Sets (on) or clears flags, and leaves the others as they are. */
    public Link withFlag(int flag, boolean on) {
        Draft draft = new Draft(this);
        draft.flags = on ? flags | flag : flags & ~flag;
        draft.change = change | flag;
        return draft.done();
    }

    public Link withAlias(String value) {
        Draft draft = new Draft(this);
        draft.alias = Optional.of(value);
        return draft.done();
    }

    public Link withMac(Mac value) {
        Draft draft = new Draft(this);
        draft.mac = Optional.of(value);
        return draft.done();
    }

    /** Bytes; 0 leaves the kernel's default. */
    public Link withMtu(int bytes) {
        Draft draft = new Draft(this);
        draft.mtu = bytes == 0 ? mtu : OptionalInt.of(bytes);
        return draft.done();
    }

    /** An index; 0 frees the link from its master. */
    public Link withMaster(int value) {
        Draft draft = new Draft(this);
        draft.master = OptionalInt.of(value);
        return draft.done();
    }

    /** The link that one of another kind is made on, by its index where the socket is. */
    public Link withLinkIndex(int value) {
        Draft draft = new Draft(this);
        draft.linkIndex = OptionalInt.of(value);
        return draft.done();
    }

    /** Packets that may wait. */
    public Link withTxQueueLength(int packets) {
        Draft draft = new Draft(this);
        draft.txQueueLength = OptionalInt.of(packets);
        return draft.done();
    }

    public Link withNetnsFd(int value) {
        Draft draft = new Draft(this);
        draft.netnsFd = OptionalInt.of(value);
        return draft.done();
    }

    public Link withInfo(LinkInfo value) {
        Draft draft = new Draft(this);
        draft.info = Optional.of(value);
        return draft.done();
    }

    public Link withPort(BridgePort value) {
        Draft draft = new Draft(this);
        draft.port = Optional.of(value);
        return draft.done();
    }

    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    public boolean isOperational() {
        return operState.orElse(0) == IF_OPER_UP;
    }

    /** "veth", "bridge", ...; "" when the kernel names none, as for lo and hardware. */
    public String kind() {
        return info.map(LinkInfo::kind).orElse("");
    }

    // struct ifinfomsg { family u8, pad u8, type u16, index s32, flags u32, change u32 }
    //         16 bytes
    //   IFLA_MTU u32  IFLA_ADDRESS 6 bytes  IFLA_MASTER s32  IFLA_NET_NS_FD s32  IFLA_IFALIAS "..."
    //  IFLA_IFNAME "veth0\0"
    //   IFLA_LINKINFO { IFLA_INFO_KIND, IFLA_INFO_DATA {...}, IFLA_INFO_SLAVE_KIND,
    // IFLA_INFO_SLAVE_DATA {...} }

    /** Writes what a request may say; what only the kernel tells is left out. */
    public void encode(NlWriter w) {
        w.u8(family).u8(0).u16(0).u32(index).u32(flags & change).u32(change);
        mtu.ifPresent(value -> w.attrU32(IFLA_MTU, value));
        mac.ifPresent(value -> w.attr(IFLA_ADDRESS, value.bytes()));
        txQueueLength.ifPresent(value -> w.attrU32(IFLA_TXQLEN, value));
        linkIndex.ifPresent(value -> w.attrU32(IFLA_LINK, value));
        master.ifPresent(value -> w.attrU32(IFLA_MASTER, value));
        netnsFd.ifPresent(value -> w.attrU32(IFLA_NET_NS_FD, value));
        alias.ifPresent(value -> w.attr(IFLA_IFALIAS, Utf8.encode(value)));
        if (!name.isEmpty()) {
            w.attrString(IFLA_IFNAME, name);
        }
        if (info.isPresent() || port.isPresent()) {
            w.nest(IFLA_LINKINFO, nested -> {
                info.ifPresent(value -> value.encode(nested));
                port.ifPresent(value -> value.encode(nested));
            });
        }
    }

    /** Writes a question about this link: name or index, and the wish for no counters. */
    public void encodeGet(NlWriter w) {
        w.u8(family).u8(0).u16(0).u32(index).u32(0).u32(0);
        if (!name.isEmpty()) {
            w.attrString(IFLA_IFNAME, name);
        }
        w.attrU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    // IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF { IPV4_DEVCONF_* u32 ... } } }

    /**
     * Writes the wish that a link announces its IPv4 addresses (linux/ip.h; net/ipv4/devinet.c,
     * inet_set_link_af).
     */
    public static void encodeArpNotify(NlWriter w, int index) {
        w.u8(Rt.AF_UNSPEC).u8(0).u16(0).u32(index).u32(0).u32(0);
        w.nest(
                IFLA_AF_SPEC,
                spec -> spec.nest(
                        Rt.AF_INET,
                        inet -> inet.nest(
                                IFLA_INET_CONF, conf -> conf.attrU32(IPV4_DEVCONF_ARP_NOTIFY, 1))));
    }

    /** Writes a link's membership of a group, or with index 0 what is about all of a group. */
    public static void encodeGroup(NlWriter w, int index, int group) {
        w.u8(Rt.AF_UNSPEC).u8(0).u16(0).u32(index).u32(0).u32(0);
        w.attrU32(IFLA_GROUP, group);
    }

    /** From an ifinfomsg and its attributes; those not modelled are skipped. */
    public static Link decode(NlReader r) {
        Draft draft = new Draft();
        draft.family = r.u8();
        r.skip(3);
        draft.index = r.u32();
        draft.flags = r.u32();
        draft.change = r.u32();
        while (r.next()) {
            switch (r.type()) {
                case IFLA_IFNAME -> draft.name = r.value().string();
                case IFLA_IFALIAS -> draft.alias = Optional.of(r.value().string());
                case IFLA_ADDRESS -> draft.mac = Rt.mac(r.value());
                case IFLA_MTU -> draft.mtu = OptionalInt.of(r.value().u32());
                case IFLA_MASTER -> draft.master = OptionalInt.of(r.value().u32());
                case IFLA_LINK -> draft.linkIndex = OptionalInt.of(r.value().u32());
                case IFLA_LINK_NETNSID -> draft.linkElsewhere = true;
                case IFLA_NET_NS_FD -> draft.netnsFd = OptionalInt.of(r.value().u32());
                case IFLA_TXQLEN ->
                    draft.txQueueLength = OptionalInt.of(r.value().u32());
                case IFLA_OPERSTATE ->
                    draft.operState = OptionalInt.of(r.value().u8());
                case IFLA_PROMISCUITY ->
                    draft.promiscuity = OptionalInt.of(r.value().u32());
                case IFLA_LINKINFO -> {
                    draft.info = LinkInfo.decode(r.value());
                    draft.port = BridgePort.decode(r.value());
                }
                case IFLA_AF_SPEC -> draft.ipv6 = Ipv6Conf.decode(r.value());
                default -> {}
            }
        }
        return draft.done();
    }

    /** A link in the making: whatever changes one part of it leaves the others alone. */
    private static final class Draft {
        int family;
        int index;
        int flags;
        int change;
        String name = "";
        Optional<String> alias = Optional.empty();
        Optional<Mac> mac = Optional.empty();
        OptionalInt mtu = OptionalInt.empty();
        OptionalInt master = OptionalInt.empty();
        OptionalInt linkIndex = OptionalInt.empty();
        boolean linkElsewhere;
        OptionalInt netnsFd = OptionalInt.empty();
        OptionalInt operState = OptionalInt.empty();
        OptionalInt promiscuity = OptionalInt.empty();
        OptionalInt txQueueLength = OptionalInt.empty();
        Optional<LinkInfo> info = Optional.empty();
        Optional<BridgePort> port = Optional.empty();
        Optional<Ipv6Conf> ipv6 = Optional.empty();

        Draft() {}

        Draft(Link from) {
            family = from.family;
            index = from.index;
            flags = from.flags;
            change = from.change;
            name = from.name;
            alias = from.alias;
            mac = from.mac;
            mtu = from.mtu;
            master = from.master;
            linkIndex = from.linkIndex;
            linkElsewhere = from.linkElsewhere;
            netnsFd = from.netnsFd;
            operState = from.operState;
            promiscuity = from.promiscuity;
            txQueueLength = from.txQueueLength;
            info = from.info;
            port = from.port;
            ipv6 = from.ipv6;
        }

        Link done() {
            return new Link(
                    family,
                    index,
                    flags,
                    change,
                    name,
                    alias,
                    mac,
                    mtu,
                    master,
                    linkIndex,
                    linkElsewhere,
                    netnsFd,
                    operState,
                    promiscuity,
                    txQueueLength,
                    info,
                    port,
                    ipv6);
        }
    }
}
