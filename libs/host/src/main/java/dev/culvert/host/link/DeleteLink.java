// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Site;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.os.Poll;
import dev.culvert.sys.Detached;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

/**
 * The deletion of one link by its index.
 *
 * <p>A blocking RTM_DELLINK comes back only after the kernel's bookkeeping, some 20 ms after
 * everything that anyone can observe is gone. So a forked child sends the request, and this process
 * goes on as soon as the link and, for a pair, its other end are gone. Blocking stays where the
 * child would be left to a process 1 that does not reap, where fork is refused, and on the JVM.
 *
 * @kernel net/core/dev.c, netdev_run_todo; net/netfilter/nf_tables_api.c, nft_rcv_nl_event
 */
final class DeleteLink {
    private static final long LIMIT_NANOS = 60_000_000_000L;
    private static final int ASK_AGAIN_MILLIS = 1;

    private final Site site;
    private final DeleteMode mode;
    private final boolean inside;
    private final NetlinkSocket socket;

    private DeleteLink(Site site, DeleteMode mode, boolean inside) {
        this.site = site;
        this.mode = mode;
        this.inside = inside;
        this.socket = inside ? site.containerRoute() : site.hostRoute();
    }

    /** Of a link of this host. */
    static DeleteLink onHost(Site site, DeleteMode mode) {
        return new DeleteLink(site, mode, false);
    }

    /** Of a link in the container's namespace. */
    static DeleteLink inContainer(Site site, DeleteMode mode) {
        return new DeleteLink(site, mode, true);
    }

    /**
     * Deletes the link; one that is gone is fine.
     *
     * @throws ErrnoException if the kernel refuses, or still has the link after 60 s
     */
    void delete(Link link) {
        boolean gone = mode == DeleteMode.ANNOUNCED
                && site.libc() instanceof Detached libc
                && deleteDetached(libc, link);
        if (!gone) {
            Batch batch = socket.batch();
            Links.remove(batch, link);
            socket.exchange(batch);
        }
    }

    /** Returns false where fork is refused, and where the child ended before the link was gone. */
    private boolean deleteDetached(Detached libc, Link link) {
        int pipe = sendDetached(libc, link);
        if (pipe < 0) {
            return false;
        }
        try {
            return awaitGone(link, pipe);
        } finally {
            libc.close(pipe);
        }
    }

    /** Returns the pipe that the child reports on, or a negated errno. */
    private int sendDetached(Detached libc, Link link) {
        // A socket of its own: answers to one that is shared with a child could be taken by either.
        NetlinkSocket request = inside
                ? site.inContainer(() -> NetlinkSocket.open(site.libc(), Linux.NETLINK_ROUTE))
                : NetlinkSocket.open(site.libc(), Linux.NETLINK_ROUTE);
        try {
            int flags = Nl.NLM_F_REQUEST | Nl.NLM_F_ACK;
            NlWriter message = new NlWriter().begin(Rt.RTM_DELLINK, flags, request.nextSequence());
            Link.at(link.index()).encode(message);
            message.end();
            // The last close of an nftables socket waits until all that was deleted is freed, some
            // 10 ms: the child's.
            return libc.sendDetached(
                    request.fd(), message.buffer(), 0, message.size(), site.nftFd());
        } finally {
            request.close();
        }
    }

    /**
     * Asks for the link until it is gone. The question waits for the kernel's lock, which a
     * deletion holds from its first step until all of it is gone; so it is asked once more only if
     * the child had not begun. Listening to announcements instead would wake every DEL of a busy
     * host for the links of all others.
     */
    private boolean awaitGone(Link link, int pipe) {
        Libc libc = site.libc();
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
                throw ErrnoException.because(
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
