// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.Rt;

import java.util.List;
import java.util.Optional;

/** The links of one namespace: requests for a {@link Batch}, and what needs only one. */
public final class Links {
    private final NetlinkSocket socket;

    /** Over a socket of {@code NETLINK_ROUTE}, which stays the caller's. */
    public Links(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Like {@code ip link add}: EEXIST if the name is taken. */
    public static Reply<Void> create(Batch batch, Link link, Errno... tolerated) {
        return batch.tell(
                "create " + link.kind(),
                link.name(),
                Rt.RTM_NEWLINK,
                Nl.NLM_F_CREATE | Nl.NLM_F_EXCL,
                link::encode,
                tolerated);
    }

    /** Like {@code ip link set}: ENODEV if there is no such link. */
    public static Reply<Void> set(Batch batch, Link link, Errno... tolerated) {
        return batch.tell("set link", label(link), Rt.RTM_NEWLINK, 0, link::encode, tolerated);
    }

    /** Like {@code ip link delete}, by index; one that is gone is fine. */
    public static Reply<Void> remove(Batch batch, Link link) {
        return batch.tell(
                "delete link",
                link.name(),
                Rt.RTM_DELLINK,
                0,
                Link.at(link.index())::encode,
                Errno.ENODEV);
    }

    /** Like {@code ip link set LINK group GROUP}, by index; one that is gone is fine. */
    public static Reply<Void> setGroup(Batch batch, Link link, int group) {
        return batch.tell(
                "set group of link",
                link.name(),
                Rt.RTM_SETLINK,
                0,
                writer -> Link.encodeGroup(writer, link.index(), group),
                Errno.ENODEV);
    }

    /**
     * Like {@code ip link delete group GROUP}: all at once, in little more time than one takes; one
     * that cannot be deleted keeps all (EOPNOTSUPP), and so does a group without links (ENODEV).
     *
     * @kernel net/core/rtnetlink.c, rtnl_group_dellink
     */
    public static Reply<Void> removeGroup(Batch batch, int group) {
        return batch.tell(
                "delete links of group",
                Integer.toString(group),
                Rt.RTM_DELLINK,
                0,
                writer -> Link.encodeGroup(writer, 0, group));
    }

    /**
     * Sets {@code arp_notify} by netlink: the link sends a gratuitous ARP when it comes up, when
     * its hardware address is set, and for each later IPv4 address. A kernel that cannot is
     * tolerated. Unlike writing to /proc/sys, the cost does not grow with the number of namespaces.
     */
    public static Reply<Void> announceAddresses(Batch batch, int index) {
        return batch.tell(
                "set arp_notify of link",
                "index " + index,
                Rt.RTM_SETLINK,
                0,
                writer -> Link.encodeArpNotify(writer, index),
                Errno.EOPNOTSUPP,
                Errno.EAFNOSUPPORT,
                Errno.EINVAL);
    }

    /** Asks for a link by name or index; without a value if there is none. */
    public static Reply<Link> find(Batch batch, Link link) {
        return batch.ask(
                "find link",
                label(link),
                Rt.RTM_GETLINK,
                0,
                link::encodeGet,
                Link::decode,
                Errno.ENODEV);
    }

    private static String label(Link link) {
        return link.name().isEmpty() ? "index " + link.index() : link.name();
    }

    /** The link with a name or an index. */
    public Optional<Link> find(Link link) {
        Batch batch = socket.batch();
        Reply<Link> reply = find(batch, link);
        socket.exchange(batch);
        return reply.value();
    }

    /** All links. */
    public List<Link> list() {
        return socket.dump("links", Rt.RTM_GETLINK, Link.named("")::encodeGet, Link::decode);
    }
}
