// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlWriter;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A kernel that knows netlink only and answers what a test says. Like the real one it queues its
 * answers within send, cuts a datagram at the reader's buffer while telling its true length, and
 * refuses a dump while another one runs.
 */
final class FakeNetlink {
    /** A message of a dump; the payload is one number. */
    static final int TYPE = 16;

    private final BiConsumer<FakeNetlink, Integer> answerer;
    private final Deque<Object> queue = new ArrayDeque<>();
    private final Deque<Errno> sendErrors = new ArrayDeque<>();
    private final List<Integer> sequences = new ArrayList<>();
    private final List<Integer> pauses = new ArrayList<>();
    private final Libc libc;
    private boolean dumping;
    private int sends;

    /** Asks the answerer for the answers to each request, by the request's sequence number. */
    FakeNetlink(BiConsumer<FakeNetlink, Integer> answerer) {
        this.answerer = answerer;
        this.libc = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "socket" -> 3;
                    case "setsockopt", "connect", "close" -> 0;
                    case "getrandom" -> 4; // Zeros: the first request has number 1.
                    case "poll" -> pause((byte[]) arguments[0], (int) arguments[2]);
                    case "send" ->
                        send((byte[]) arguments[1], (int) arguments[2], (int) arguments[3]);
                    case "recv" -> receive((byte[]) arguments[1], (int) arguments[3]);
                    default -> throw new IllegalStateException("unexpected " + method.getName());
                });
    }

    NetlinkSocket socket() {
        return NetlinkSocket.open(libc, 0);
    }

    /** The sequence numbers of all requests so far. */
    List<Integer> sequences() {
        return sequences;
    }

    /** How often something was sent. */
    int sends() {
        return sends;
    }

    /** How long the waits so far were, in milliseconds; none is made. */
    List<Integer> pauses() {
        return pauses;
    }

    private int pause(byte[] descriptors, int millis) {
        if (descriptors.length > 0) {
            throw new IllegalStateException("poll with descriptors");
        }
        pauses.add(millis);
        return 0;
    }

    /** The next send fails. */
    void refuseSend(Errno errno) {
        sendErrors.add(errno);
    }

    private int send(byte[] data, int offset, int length) {
        if (!sendErrors.isEmpty()) {
            return sendErrors.remove().negated();
        }
        sends++;
        for (int at = offset; at < offset + length; at += Nl.align(u32(data, at))) {
            int sequence = u32(data, at + 8);
            boolean dump = (u32(data, at + 4) >> 16 & Nl.NLM_F_DUMP) == Nl.NLM_F_DUMP;
            sequences.add(sequence);
            if (dump && dumping) {
                acknowledge(sequence, Errno.EBUSY);
            } else {
                dumping |= dump;
                answerer.accept(this, sequence);
            }
        }
        return length;
    }

    private int receive(byte[] data, int length) {
        Object next = queue.poll();
        if (next instanceof Errno errno) {
            return errno.negated();
        }
        if (next == null) {
            return Errno.EAGAIN.negated();
        }
        byte[] datagram = (byte[]) next;
        System.arraycopy(datagram, 0, data, 0, Math.min(length, datagram.length));
        dumping &= u32(datagram, 4) << 16 >> 16 != Nl.NLMSG_DONE;
        return datagram.length;
    }

    private static int u32(byte[] data, int at) {
        return data[at] & 0xff
                | (data[at + 1] & 0xff) << 8
                | (data[at + 2] & 0xff) << 16
                | data[at + 3] << 24;
    }

    /** A datagram with one number as its message, and as many bytes more. */
    void tell(int sequence, int flags, int value, int more) {
        queue.add(new NlWriter()
                .begin(TYPE, flags | Nl.NLM_F_MULTI, sequence)
                .u32(value)
                .zeros(more)
                .end()
                .toBytes());
    }

    /** The end of a dump. */
    void finish(int sequence, int flags) {
        finish(sequence, flags, Errno.UNKNOWN);
    }

    /** The end of a dump that failed on its way. */
    void finish(int sequence, int flags, Errno errno) {
        queue.add(new NlWriter()
                .begin(Nl.NLMSG_DONE, flags, sequence)
                .u32(errno.negated())
                .end()
                .toBytes());
    }

    /** An acknowledgement; UNKNOWN says that all went well. */
    void acknowledge(int sequence, Errno errno) {
        queue.add(new NlWriter()
                .begin(Nl.NLMSG_ERROR, Nl.NLM_F_CAPPED, sequence)
                .u32(errno.negated())
                .u32(Nl.HEADER)
                .u16(TYPE)
                .u16(0)
                .u32(sequence)
                .u32(0)
                .end()
                .toBytes());
    }

    /** The next recv answers an error. */
    void fail(Errno errno) {
        queue.add(errno);
    }
}
