// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.netlink.NlWriter;

/**
 * The way to the kernel and back, which nobody else can use.
 *
 * <p>Whoever is root in a container can send to any port id of its namespace. So the socket is
 * connected to the kernel, which then refuses all others before they take room in it, and sequence
 * numbers begin where nobody can guess, for the moment between the kernel's choice of a port id and
 * the connection.
 *
 * <p>The kernel works a request off within send(2), so every answer waits when send returns.
 * Reading therefore never blocks.
 *
 * @kernel net/netlink/af_netlink.c, netlink_getsockbyportid
 */
final class Channel implements AutoCloseable {
    /**
     * Instead of a datagram's length: it was longer than the buffer, which is long enough for the
     * next one.
     */
    static final int LOST = 0;

    /** Instead of it: the kernel had no room for some datagrams. */
    static final int OVERRUN = Errno.ENOBUFS.negated();

    /** Instead of it: nothing more is there. */
    static final int NOTHING = Errno.EAGAIN.negated();

    private static final byte[] ON = {1, 0, 0, 0};

    // struct sockaddr_nl { family u16, pad u16, port id u32, groups u32 }
    private static final byte[] KERNEL = {Linux.AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final Libc libc;
    private final int fd;
    private final ReceiveBuffer received;

    private Channel(Libc libc, int fd, ReceiveBuffer received) {
        this.libc = libc;
        this.fd = fd;
        this.received = received;
    }

    static Channel open(Libc libc, int protocol, ReceiveBuffer received) {
        int fd = ErrnoException.check(
                "open netlink socket",
                Integer.toString(protocol),
                libc.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, protocol));
        // The kernel's own words in refusals; without them errors are only poorer.
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_EXT_ACK, ON);
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_CAP_ACK, ON);
        // Dumps of addresses are filtered by link in the kernel, since 4.20.
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_GET_STRICT_CHK, ON);
        connect(libc, fd);
        return new Channel(libc, fd, received);
    }

    /** Leaves the kernel as the only one that can send to a socket; closes it when refused. */
    static void connect(Libc libc, int fd) {
        int connected = libc.connect(fd, KERNEL);
        if (connected < 0) {
            libc.close(fd);
            throw new ErrnoException("connect netlink socket", "", connected);
        }
    }

    int fd() {
        return fd;
    }

    /** Sends a part of the messages. */
    void send(NlWriter messages, int from, int to) {
        int sent;
        do {
            sent = libc.send(fd, messages.buffer(), from, to - from, 0);
        } while (sent == Errno.EINTR.negated());
        ErrnoException.check("send to netlink", "", sent);
    }

    /**
     * Takes the next datagram into the buffer; answers its length, {@link #LOST}, {@link #OVERRUN}
     * or {@link #NOTHING}.
     */
    int receive() {
        while (true) {
            byte[] buffer = received.bytes();
            int length =
                    libc.recv(fd, buffer, 0, buffer.length, Linux.MSG_DONTWAIT | Linux.MSG_TRUNC);
            if (length > buffer.length) {
                // The datagram is lost with its tail; a caller sees a missing answer, a dump is
                // asked again.
                received.grow(length);
                return LOST;
            }
            if (length >= 0 || length == OVERRUN || length == NOTHING) {
                return length;
            }
            if (length != Errno.EINTR.negated()) {
                throw new ErrnoException("receive from netlink", "", length);
            }
        }
    }

    /** What the last datagram was received into. */
    byte[] bytes() {
        return received.bytes();
    }

    /** Waits for nothing but the time. */
    void pause(int millis) {
        libc.poll(new byte[0], 0, millis);
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
