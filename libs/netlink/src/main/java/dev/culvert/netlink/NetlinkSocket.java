// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlAck;
import dev.culvert.wire.netlink.NlMessage;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A netlink socket: it belongs to the namespace of the thread that opened it, wherever that thread
 * goes later.
 *
 * <p>The kernel works a request off within send(2), so every answer waits when send returns.
 * Reading therefore never blocks: an answer that is not there is an error, not a hang. For one
 * thread.
 *
 * @kernel net/netlink/af_netlink.c
 */
public final class NetlinkSocket implements AutoCloseable {
    /** As many tries as the reference makes for a dump that others changed meanwhile. */
    private static final int DUMP_TRIES = 5;

    /**
     * Instead of a datagram's length: it was longer than the buffer, which is long enough for the
     * next one.
     */
    private static final int LOST = 0;

    /** Instead of it: the kernel had no room for some datagrams. */
    private static final int OVERRUN = Errno.ENOBUFS.negated();

    private static final byte[] ON = {1, 0, 0, 0};

    private final Libc libc;
    private final int fd;
    private final ReceiveBuffer received;
    private int sequence = 1;

    private NetlinkSocket(Libc libc, int fd, ReceiveBuffer received) {
        this.libc = libc;
        this.fd = fd;
        this.received = received;
    }

    /**
     * Opens a socket of a netlink protocol ({@link Linux#NETLINK_ROUTE},
     * {@link Linux#NETLINK_NETFILTER}).
     */
    public static NetlinkSocket open(Libc libc, int protocol) {
        return open(libc, protocol, new ReceiveBuffer());
    }

    /** Opens one that shares its buffer with others. */
    public static NetlinkSocket open(Libc libc, int protocol, ReceiveBuffer received) {
        int fd = ErrnoException.check(
                "open netlink socket",
                Integer.toString(protocol),
                libc.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, protocol));
        // The kernel's own words in refusals; without them errors are only poorer.
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_EXT_ACK, ON);
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_CAP_ACK, ON);
        // Dumps of addresses are filtered by link in the kernel, since 4.20.
        libc.setsockopt(fd, Linux.SOL_NETLINK, Linux.NETLINK_GET_STRICT_CHK, ON);
        return new NetlinkSocket(libc, fd, received);
    }

    public Batch batch() {
        return new Batch(sequence);
    }

    /** The descriptor, for {@code Libc.sendDetached}; owned by this object. */
    public int fd() {
        return fd;
    }

    /**
     * Sends all requests in one call and reads every answer.
     *
     * @throws ErrnoException for the first request that failed in a way that it does not tolerate
     */
    public void exchange(Batch batch) {
        exchangeUnchecked(batch);
        for (Reply<?> reply : batch.replies()) {
            reply.check();
        }
    }

    /** Like {@link #exchange}, but refusals stay in the replies. */
    public void exchangeUnchecked(Batch batch) {
        if (batch.isEmpty()) {
            return;
        }
        sequence += batch.replies().size();
        send(batch.ended());
        int waiting = 0;
        for (Reply<?> reply : batch.replies()) {
            waiting += reply.isAnswered() ? 0 : 1;
        }
        while (waiting > 0) {
            int length = receive();
            if (length == OVERRUN) {
                throw new ErrnoException("receive from netlink", "", length);
            }
            if (length < 0) {
                return;
            }
            NlReader datagram = new NlReader("netlink datagram", received.bytes(), 0, length);
            while (datagram.remaining() >= Nl.HEADER) {
                waiting -= take(NlMessage.decode(datagram, received.bytes()), batch);
            }
        }
    }

    private static int take(NlMessage message, Batch batch) {
        int slot = message.sequence() - batch.firstSequence();
        if (slot < 0 || slot >= batch.replies().size()) {
            return 0; // The rest of an exchange that was given up.
        }
        Reply<?> reply = batch.replies().get(slot);
        int answered = reply.isAnswered() ? 0 : 1;
        if (!message.isLast()) {
            reply.data(message.payload());
            return reply.isAnswered() ? answered : 0;
        }
        reply.answer(NlAck.decode(message));
        return answered;
    }

    /**
     * Asks for all objects of a kind; a dump that others interrupted, or whose answers were lost,
     * is asked again, up to five times, after pauses of 1, 2, 4 and 8 ms: who changes things needs
     * a moment to end.
     *
     * @throws ErrnoException the kernel's refusal, EAGAIN if the dump never came through whole
     */
    public <T> List<T> dump(
            String what,
            int type,
            Consumer<NlWriter> body,
            Function<NlReader, T> decode,
            Errno... absent) {
        for (int i = 0; i < DUMP_TRIES; i++) {
            if (i > 0) {
                libc.poll(new byte[0], 0, 1 << i - 1);
            }
            List<T> found = new ArrayList<>();
            if (dumpOnce(what, type, body, decode, found, absent)) {
                return found;
            }
        }
        throw new ErrnoException(
                "list " + what,
                "",
                Errno.EAGAIN.negated(),
                "changed or was lost while it was read, " + DUMP_TRIES + " times");
    }

    private <T> boolean dumpOnce(
            String what,
            int type,
            Consumer<NlWriter> body,
            Function<NlReader, T> decode,
            List<T> found,
            Errno[] absent) {
        int wanted = sequence++;
        NlWriter request = new NlWriter().begin(type, Nl.NLM_F_REQUEST | Nl.NLM_F_DUMP, wanted);
        body.accept(request);
        send(request.end());
        boolean whole = true;
        while (true) {
            int length = receive();
            if (length == OVERRUN && whole) {
                // Told once; the rest of the dump may follow.
                whole = false;
                continue;
            }
            if (length < 0) {
                return false;
            }
            // Reads on to the end also of a dump with gaps: the kernel refuses (EBUSY) a second one
            // before.
            whole &= length != LOST;
            NlReader datagram = new NlReader(what, received.bytes(), 0, length);
            while (datagram.remaining() >= Nl.HEADER) {
                NlMessage message = NlMessage.decode(datagram, received.bytes());
                if (message.sequence() != wanted) {
                    continue;
                }
                whole &= (message.flags() & Nl.NLM_F_DUMP_INTR) == 0;
                if (message.isLast()) {
                    return finish(what, NlAck.decode(message), absent) && whole;
                }
                T value = decode.apply(message.payload());
                if (value != null) {
                    found.add(value);
                }
            }
        }
    }

    private static boolean finish(String what, NlAck ack, Errno[] absent) {
        if (ack.error() == Errno.EINTR.negated()) {
            return false;
        }
        for (Errno errno : absent) {
            if (ack.error() == errno.negated()) {
                return true;
            }
        }
        if (ack.error() < 0) {
            throw new ErrnoException("list " + what, "", ack.error(), ack.message());
        }
        return true;
    }

    private void send(NlWriter messages) {
        int sent;
        do {
            sent = libc.send(fd, messages.buffer(), 0, messages.size(), 0);
        } while (sent == Errno.EINTR.negated());
        ErrnoException.check("send to netlink", "", sent);
    }

    /**
     * Answers the datagram's length, {@link #LOST}, {@link #OVERRUN}, or -1 when nothing more is
     * there.
     */
    private int receive() {
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
            if (length == Errno.EAGAIN.negated()) {
                return -1;
            }
            if (length >= 0 || length == OVERRUN) {
                return length;
            }
            if (length != Errno.EINTR.negated()) {
                throw new ErrnoException("receive from netlink", "", length);
            }
        }
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
