// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.netlink.NlMessage;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.rtnetlink.Link;
import dev.culvert.wire.rtnetlink.Rt;

/**
 * Hears the kernel's announcements about links in the namespace where it was opened. Those that come faster than they
 * are read are lost; then {@link #isDeaf} and the caller looks for itself.
 */
final class LinkMonitor implements AutoCloseable {
    private static final int BUFFER = 4096;

    private final Libc libc;
    private final int fd;
    private final byte[] buffer = new byte[BUFFER];
    private boolean deaf;

    private LinkMonitor(Libc libc, int fd) {
        this.libc = libc;
        this.fd = fd;
    }

    /** Hears about links. */
    static LinkMonitor open(Libc libc) {
        return open(libc, Rt.GROUP_LINK);
    }

    /** Hears about links, and about IPv6 addresses that are ready for use. */
    static LinkMonitor openWithAddresses(Libc libc) {
        return open(libc, Rt.GROUP_LINK | Rt.GROUP_IPV6_ADDRESS);
    }

    // struct sockaddr_nl { family u16, pad u16, pid u32, groups u32 }
    private static LinkMonitor open(Libc libc, int groups) {
        int fd = ErrnoException.check("open netlink socket", "for announcements",
                libc.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_ROUTE));
        byte[] address = {Linux.AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, (byte) groups, (byte) (groups >> 8), 0, 0};
        int bound = libc.bind(fd, address);
        if (bound < 0) {
            libc.close(fd);
            throw new ErrnoException("join link announcements", "", bound);
        }
        return new LinkMonitor(libc, fd);
    }

    int fd() {
        return fd;
    }

    boolean isDeaf() {
        return deaf;
    }

    /**
     * Takes what has been announced so far, without waiting.
     *
     * @return whether the link with the index was announced to be gone
     */
    boolean heardGone(int index) {
        boolean gone = false;
        while (true) {
            int length = libc.recv(fd, buffer, 0, buffer.length, Linux.MSG_DONTWAIT | Linux.MSG_TRUNC);
            if (length == Errno.EINTR.negated()) {
                continue;
            }
            if (length < 0 || length > buffer.length) {
                deaf |= length != Errno.EAGAIN.negated();
                return gone;
            }
            NlReader datagram = new NlReader("link announcements", buffer, 0, length);
            while (datagram.remaining() >= 16) {
                NlMessage message = NlMessage.decode(datagram, buffer);
                if (message.type() == Rt.RTM_DELLINK) {
                    // A bridge announces the end of a port with the same type and index, but as AF_BRIDGE and earlier.
                    Link link = Link.decode(message.payload());
                    gone |= link.family() == Rt.AF_UNSPEC && link.index() == index;
                }
            }
        }
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
