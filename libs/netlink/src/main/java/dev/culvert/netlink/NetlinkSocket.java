// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.os.Randomness;
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
 * goes later. An answer that is not there when a request was sent is an error, not a hang. For one
 * thread.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** As many tries as the reference makes for a dump that others changed meanwhile. */
    private static final int DUMP_TRIES = 5;

    /**
     * So many answers, descriptions of links among them, fit a receive buffer of the usual 208 KiB;
     * some 260 acknowledgements do not.
     */
    private static final int ANSWERS_AT_ONCE = 32;

    private final Channel channel;
    private int sequence;

    private NetlinkSocket(Channel channel, int sequence) {
        this.channel = channel;
        this.sequence = sequence;
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
        // Not from 0, which is on what nobody asked for.
        int sequence = 1 + Randomness.number(libc);
        return new NetlinkSocket(Channel.open(libc, protocol, received), sequence);
    }

    /** The number of one request that is sent by way of {@link #fd}. */
    public int nextSequence() {
        return sequence++;
    }

    public Batch batch() {
        return new Batch(sequence);
    }

    /** The descriptor, for {@code Detached.sendDetached}; owned by this object. */
    public int fd() {
        return channel.fd();
    }

    /**
     * Sends the requests, as many in one call as the answers have room for, and reads every answer.
     * What the kernel answers only when it refuses it, as a transaction of nftables, is never cut.
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
        NlWriter messages = batch.ended();
        int last = batch.replies().size() - 1;
        int from = 0;
        int waiting = 0;
        for (int i = 0; i <= last; i++) {
            waiting += batch.replies().get(i).isAnswered() ? 0 : 1;
            if (i == last || waiting == ANSWERS_AT_ONCE) {
                channel.send(messages, from, batch.endOf(i));
                receive(batch, waiting);
                from = batch.endOf(i);
                waiting = 0;
            }
        }
    }

    private void receive(Batch batch, int answers) {
        int waiting = answers;
        while (waiting > 0) {
            int length = channel.receive();
            if (length == Channel.OVERRUN) {
                throw new ErrnoException("receive from netlink", "", length);
            }
            if (length < 0) {
                return;
            }
            NlReader datagram = new NlReader("netlink datagram", channel.bytes(), 0, length);
            while (datagram.remaining() >= Nl.HEADER) {
                waiting -= take(NlMessage.decode(datagram, channel.bytes()), batch);
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
                channel.pause(1 << i - 1);
            }
            List<T> found = new ArrayList<>();
            if (dumpOnce(what, type, body, decode, found, absent)) {
                return found;
            }
        }
        throw ErrnoException.because(
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
        request.end();
        channel.send(request, 0, request.size());
        boolean whole = true;
        while (true) {
            int length = channel.receive();
            if (length == Channel.OVERRUN && whole) {
                // Told once; the rest of the dump may follow.
                whole = false;
                continue;
            }
            if (length < 0) {
                return false;
            }
            // Reads on to the end also of a dump with gaps: the kernel refuses (EBUSY) a second one
            // before.
            whole &= length != Channel.LOST;
            NlReader datagram = new NlReader(what, channel.bytes(), 0, length);
            while (datagram.remaining() >= Nl.HEADER) {
                NlMessage message = NlMessage.decode(datagram, channel.bytes());
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
            throw ErrnoException.ofKernel("list " + what, "", ack.error(), ack.message());
        }
        return true;
    }

    @Override
    public void close() {
        channel.close();
    }
}
