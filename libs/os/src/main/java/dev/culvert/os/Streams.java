// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Arrays;

/** The standard streams over system calls, all of it or an error. */
public final class Streams {
    /** More than any configuration or result needs, and less than memory has room for. */
    static final int MAX_BYTES = 16 << 20;

    private static final int FIRST_BYTES = 2048;
    private static final int STDERR = 2;

    private Streams() {}

    /** Everything up to the end, as UTF-8. */
    public static String readAll(Libc libc, int fd, String name) {
        byte[] data = new byte[FIRST_BYTES];
        int length = 0;
        while (true) {
            int count = libc.read(fd, data, length, data.length - length);
            if (count == 0) {
                return Utf8.decode(data, 0, length);
            }
            if (count > 0) {
                length += count;
            } else if (count == Errno.EAGAIN.negated()) {
                poll(libc, fd, Linux.POLLIN);
            } else if (count != Errno.EINTR.negated()) {
                throw new ErrnoException("read", name, count);
            }
            if (length > MAX_BYTES) {
                throw ErrnoException.because(
                        "read", name, Errno.EFBIG.number(), "more than " + MAX_BYTES + " bytes");
            }
            if (length == data.length) {
                data = Arrays.copyOf(data, data.length * 2);
            }
        }
    }

    /** Answers zero, or a negated errno if not everything could be written. */
    public static int writeAll(Libc libc, int fd, String text) {
        byte[] data = Utf8.encode(text);
        int from = 0;
        while (from < data.length) {
            int count = libc.write(fd, data, from, data.length - from);
            if (count > 0) {
                from += count;
            } else if (count == Errno.EAGAIN.negated()) {
                poll(libc, fd, POLLOUT);
            } else if (count != Errno.EINTR.negated()) {
                return count == 0 ? Errno.EIO.negated() : count;
            }
        }
        return 0;
    }

    /** A line for people on standard error, whose own errors have nowhere to go. */
    public static void complain(Libc libc, String text) {
        writeAll(libc, STDERR, text.endsWith("\n") ? text : text + "\n");
    }

    // poll.h; struct pollfd { fd s32, events s16, revents s16 }
    static final int POLLOUT = 4;
    static final int POLLFD_SIZE = 8;

    static void pollfd(byte[] pollfds, int index, int fd, int events) {
        int at = index * POLLFD_SIZE;
        for (int i = 0; i < 4; i++) {
            pollfds[at + i] = (byte) (fd >> 8 * i);
        }
        pollfds[at + 4] = (byte) events;
        pollfds[at + 5] = 0;
        pollfds[at + 6] = 0;
        pollfds[at + 7] = 0;
    }

    /** Whether anything at all was reported: readiness, hang-up or an error. */
    static boolean isReported(byte[] pollfds, int index) {
        int at = index * POLLFD_SIZE + 6;
        return pollfds[at] != 0 || pollfds[at + 1] != 0;
    }

    private static void poll(Libc libc, int fd, int events) {
        byte[] pollfds = new byte[POLLFD_SIZE];
        pollfd(pollfds, 0, fd, events);
        libc.poll(pollfds, 1, -1);
    }
}
