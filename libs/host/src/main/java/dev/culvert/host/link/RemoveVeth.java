// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.os.Poll;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Removes an attachment's veth pair: found by name, verified by its mark, deleted by index.
 *
 * <p>A blocking RTM_DELLINK comes back only after the kernel's bookkeeping, some 20 ms after
 * everything that anyone can observe is gone. So a forked child sends the request, and this process
 * goes on as soon as both ends are gone. Blocking stays where the child would be left to a process
 * 1 that does not reap, where fork is refused, and on the JVM.
 *
 * @kernel net/core/dev.c, netdev_run_todo; net/netfilter/nf_tables_api.c, nft_rcv_nl_event
 */
public final class RemoveVeth {
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final int ASK_AGAIN_MILLIS = 1;

    private final Mark mark;
    private final DeleteMode mode;

    public RemoveVeth(Mark mark, DeleteMode mode) {
        this.mark = mark;
        this.mode = mode;
    }

    /**
     * Removes the pair that carries the mark, in its label or, where others changed that, in its
     * name. A link of that name that is certainly another's stays.
     *
     * @return false if this host has no such link
     */
    public boolean removeOwn(Site site) {
        return remove(
                site,
                site.hostRoute(),
                false,
                Link.named(mark.hostLinkName()),
                found -> mark.owns(found.alias().orElse("")) || isOwnByName(site, found));
    }

    /**
     * Whether a link is ours although its label is not. Nobody else makes such names but on
     * purpose, so it has to differ from ours in more: no veth, the label of another attachment, an
     * other end on this host, or one that is not the interface in the container.
     */
    private boolean isOwnByName(Site site, Link found) {
        if (!found.kind().equals("veth")
                || Mark.isLabel(found.alias().orElse(""))
                || !found.linkElsewhere()) {
            return false;
        }
        Optional<Link> inside = site.hasContainer()
                ? new Links(site.containerRoute()).find(Link.named(mark.ifname()))
                : Optional.empty();
        return inside.isEmpty()
                || found.linkIndex().equals(OptionalInt.of(inside.get().index()))
                        && inside.get().linkIndex().equals(OptionalInt.of(found.index()));
    }

    /**
     * Removes a pair that another implementation made: the container's interface, if it is a veth
     * with the hardware address that this attachment got. A namespace path may be another
     * container's by now, so a name is not enough.
     */
    public void removeForeign(Site site, Mac mac) {
        if (site.hasContainer()) {
            remove(
                    site,
                    site.containerRoute(),
                    true,
                    Link.named(mark.ifname()),
                    found -> found.kind().equals("veth") && found.mac().equals(Optional.of(mac)));
        }
    }

    /** Removes a link of this host whose index is known, and its peer. */
    public void removeAt(Site site, int index) {
        remove(site, site.hostRoute(), false, Link.at(index), found -> true);
    }

    private interface Check {
        boolean accepts(Link found);
    }

    private boolean remove(
            Site site, NetlinkSocket socket, boolean inside, Link which, Check check) {
        Optional<Link> found = new Links(socket).find(which);
        if (found.isEmpty() || !check.accepts(found.get())) {
            return false;
        }
        Link link = found.get();
        boolean gone = link.kind().equals("veth")
                && mode.resolve(site.libc()) == DeleteMode.ANNOUNCED
                && deleteDetached(site, socket, inside, link);
        if (!gone) {
            delete(socket, link);
        }
        return true;
    }

    private static void delete(NetlinkSocket socket, Link link) {
        Batch batch = socket.batch();
        Links.remove(batch, link);
        socket.exchange(batch);
    }

    /**
     * Answers false where this world can't fork, and where the child ended before the link was
     * gone.
     */
    private static boolean deleteDetached(
            Site site, NetlinkSocket socket, boolean inside, Link link) {
        // A socket of its own: answers to one that is shared with a child could be taken by either.
        NetlinkSocket request = inside
                ? site.inContainer(() -> NetlinkSocket.open(site.libc(), Linux.NETLINK_ROUTE))
                : NetlinkSocket.open(site.libc(), Linux.NETLINK_ROUTE);
        int pipe;
        try {
            int flags = Nl.NLM_F_REQUEST | Nl.NLM_F_ACK;
            NlWriter message = new NlWriter().begin(Rt.RTM_DELLINK, flags, request.nextSequence());
            Link.at(link.index()).encode(message);
            message.end();
            // The last close of an nftables socket waits until all that was deleted is freed, some
            // 10 ms: the child's.
            pipe = site.libc()
                    .sendDetached(request.fd(), message.buffer(), 0, message.size(), site.nftFd());
        } finally {
            request.close();
        }
        if (pipe < 0) {
            return false;
        }
        try {
            return awaitGone(site.libc(), socket, link, pipe);
        } finally {
            site.libc().close(pipe);
        }
    }

    /**
     * Asks for the link until it is gone. The question waits for the kernel's lock, which a
     * deletion holds from its first step until both ends are gone; so it is asked once more only if
     * the child had not begun. Listening to announcements instead would wake every DEL of a busy
     * host for the links of all others.
     */
    private static boolean awaitGone(Libc libc, NetlinkSocket socket, Link link, int pipe) {
        Poll poll = new Poll(libc, pipe);
        long deadline = libc.clockNanos(Linux.CLOCK_MONOTONIC) + LIMIT_NANOS;
        while (true) {
            poll.await(ASK_AGAIN_MILLIS);
            if (poll.isReady(0)) {
                checkAnswer(libc, link.name(), pipe);
                return false;
            }
            if (new Links(socket).find(Link.at(link.index())).isEmpty()) {
                return true;
            }
            if (libc.clockNanos(Linux.CLOCK_MONOTONIC) > deadline) {
                throw new ErrnoException(
                        "delete link",
                        link.name(),
                        Errno.EBUSY.negated(),
                        "still there after 60 s");
            }
        }
    }

    /**
     * The child's last word: an errno, or the end of the pipe, after an acknowledgement or a kill.
     */
    private static void checkAnswer(Libc libc, String name, int pipe) {
        byte[] answer = new byte[4];
        int length;
        do {
            length = libc.read(pipe, answer, 0, answer.length);
        } while (length == Errno.EINTR.negated());
        if (ErrnoException.check("read the answer to deleting", name, length) == answer.length) {
            int errno = answer[0] & 0xff | (answer[1] & 0xff) << 8;
            if (errno != Errno.ENODEV.number()) {
                throw new ErrnoException("delete link", name, errno);
            }
        }
    }
}
