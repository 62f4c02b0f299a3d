// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * Kernel settings under {@code /proc/sys}, by keys with slashes: a link's name may hold dots. Those
 * of the network are the calling thread's namespace's. Values are compared before they are written,
 * so that a read-only {@code /proc/sys} does no harm where the value is already right.
 *
 * @kernel Documentation/networking/ip-sysctl.rst
 */
public final class Sysctl {
    private static final String ROOT = "/proc/sys/";
    /** There is one under every kernel that has IPv6. */
    private static final String IPV6 = "net/ipv6/conf/all/disable_ipv6";

    private static final int VALUE_MAX = 128;

    private final Libc libc;

    public Sysctl(Libc libc) {
        this.libc = libc;
    }

    /**
     * The value without its newline; empty if the kernel has no such key.
     *
     * @throws ErrnoException if it is there and can't be read
     */
    public Optional<String> find(String key) {
        int fd = open(key, Linux.O_RDONLY);
        if (fd == Errno.ENOENT.negated()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[VALUE_MAX];
        return Optional.of(text(
                bytes,
                ErrnoException.check("read sysctl", key, fd < 0 ? fd : readAndClose(fd, bytes))));
    }

    /**
     * Makes the key hold the value.
     *
     * @throws ErrnoException EOPNOTSUPP without such a key, EROFS or EACCES if it holds another
     *     value and can't be written
     */
    public void ensure(String key, String value) {
        int answer = write(key, value);
        if (answer >= 0) {
            return;
        }
        if (answer == Errno.ENOENT.negated()) {
            boolean ipv6 = key.startsWith("net/ipv6/") && peek(IPV6).isEmpty();
            throw ErrnoException.because(
                    "set sysctl",
                    key + " to " + value,
                    Errno.EOPNOTSUPP.negated(),
                    ipv6 ? "it has no IPv6" : "there is no such setting");
        }
        throw refused(key, value, answer);
    }

    /**
     * Makes the key hold the value, if there is such a key: a link without IPv6 has none of it, and
     * one that is gone has none at all.
     *
     * @throws ErrnoException EROFS or EACCES if it holds another value and can't be written
     */
    public void ensureIfPresent(String key, String value) {
        int answer = write(key, value);
        if (answer < 0 && answer != Errno.ENOENT.negated()) {
            throw refused(key, value, answer);
        }
    }

    private ErrnoException refused(String key, String value, int answer) {
        String found = peek(key).map(text -> ", found " + text).orElse("");
        return new ErrnoException("set sysctl", key + " to " + value + found, answer);
    }

    /**
     * Makes the key hold the value if that can be done.
     *
     * @param because why going on without it is right
     * @return whether the key holds the value now
     */
    public boolean tryEnsure(String key, String value, String because) {
        return write(key, value) >= 0;
    }

    /** Answers a negated errno unless the key holds the value afterwards. */
    private int write(String key, String value) {
        int fd = open(key, Linux.O_RDWR);
        if (fd < 0) {
            boolean missing = fd == Errno.ENOENT.negated();
            return !missing && peek(key).filter(value::equals).isPresent() ? 0 : fd;
        }
        byte[] bytes = new byte[VALUE_MAX];
        int answer = read(fd, bytes);
        if (answer >= 0 && !text(bytes, answer).equals(value)) {
            byte[] wanted = Utf8.encode(value);
            do {
                answer = libc.pwrite(fd, wanted, 0, wanted.length, 0);
            } while (answer == Errno.EINTR.negated());
        }
        libc.close(fd);
        return answer;
    }

    /** The value, if it can be read. */
    private Optional<String> peek(String key) {
        int fd = open(key, Linux.O_RDONLY);
        byte[] bytes = new byte[VALUE_MAX];
        int length = fd < 0 ? fd : readAndClose(fd, bytes);
        return length < 0 ? Optional.empty() : Optional.of(text(bytes, length));
    }

    private int open(String key, int mode) {
        int fd;
        do {
            fd = libc.open(ROOT + key, mode | Linux.O_CLOEXEC, 0);
        } while (fd == Errno.EINTR.negated());
        return fd;
    }

    private int readAndClose(int fd, byte[] bytes) {
        int length = read(fd, bytes);
        libc.close(fd);
        return length;
    }

    private int read(int fd, byte[] bytes) {
        int length;
        do {
            length = libc.pread(fd, bytes, 0, bytes.length, 0);
        } while (length == Errno.EINTR.negated());
        return length;
    }

    private static String text(byte[] bytes, int length) {
        int end = length;
        while (end > 0 && bytes[end - 1] <= ' ') {
            end--;
        }
        return Utf8.decode(bytes, 0, end);
    }
}
