// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Kernel settings under {@code /proc/sys}, by keys with slashes: a link's name may hold dots. Those of the network are
 * the calling thread's namespace's. Values are compared before they are written, so that a read-only
 * {@code /proc/sys} does no harm where the value is already right.
 *
 * @kernel Documentation/networking/ip-sysctl.rst
 */
public final class Sysctl {
    private static final String ROOT = "/proc/sys/";

    private final Libc libc;

    public Sysctl(Libc libc) {
        this.libc = libc;
    }

    /** The value without its newline; empty if the kernel has no such key. */
    public Optional<String> find(String key) {
        int fd = libc.open(ROOT + key, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (fd == Errno.ENOENT.negated()) {
            return Optional.empty();
        }
        ErrnoException.check("read sysctl", key, fd);
        try {
            return Optional.of(read(key, fd));
        } finally {
            libc.close(fd);
        }
    }

    /**
     * Makes the key hold the value.
     *
     * @throws ErrnoException ENOENT without such a key, EROFS or EACCES if it holds another value and can't be written
     */
    public void ensure(String key, String value) {
        int answer = write(key, value);
        if (answer < 0) {
            String found = find(key).map(text -> ", found " + text).orElse("");
            throw new ErrnoException("set sysctl", key + " to " + value + found, answer);
        }
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

    private int write(String key, String value) {
        String path = ROOT + key;
        int fd = libc.open(path, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (fd < 0) {
            boolean missing = fd == Errno.ENOENT.negated();
            return !missing && find(key).filter(value::equals).isPresent() ? 0 : fd;
        }
        try {
            if (read(key, fd).equals(value)) {
                return 0;
            }
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            return libc.pwrite(fd, bytes, 0, bytes.length, 0);
        } finally {
            libc.close(fd);
        }
    }

    private String read(String key, int fd) {
        byte[] bytes = new byte[128];
        int length = ErrnoException.check("read sysctl", key, libc.pread(fd, bytes, 0, bytes.length, 0));
        int end = length;
        while (end > 0 && bytes[end - 1] <= ' ') {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
