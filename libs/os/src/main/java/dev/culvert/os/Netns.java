// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * An open network namespace. Entering one changes the calling thread alone, so {@link #call} must
 * be used on a platform thread, and nothing inside may hand work to another thread.
 *
 * @kernel fs/nsfs.c, setns(2)
 */
public final class Netns implements AutoCloseable {
    private static final String OWN = "/proc/thread-self/ns/net";

    private final Libc libc;
    private final String path;
    private final int fd;

    private Netns(Libc libc, String path, int fd) {
        this.libc = libc;
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens the namespace at a path.
     *
     * @throws ErrnoException ENOENT if nothing is there, EINVAL if it is not a namespace
     */
    public static Netns open(Libc libc, String path) {
        int fd = openPath(libc, path);
        long type = libc.fsType(fd);
        if (type < 0) {
            libc.close(fd);
            throw new ErrnoException("tell the file system of", path, (int) type);
        }
        if (type != Linux.NSFS_MAGIC) {
            libc.close(fd);
            throw ErrnoException.because(
                    "open network namespace", path, Errno.EINVAL.negated(), "not a namespace");
        }
        return new Netns(libc, path, fd);
    }

    private static int openPath(Libc libc, String path) {
        int fd;
        do {
            fd = libc.open(path, Linux.O_RDONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
        } while (fd == Errno.EINTR.negated());
        return ErrnoException.check("open network namespace", path, fd);
    }

    /**
     * Opens the namespace at a path if there is one. An empty path, a missing file, a process that
     * ended and a plain file (what is left of a bind mount after a reboot) are all "none".
     */
    public static Optional<Netns> find(Libc libc, String path) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(libc, path));
        } catch (ErrnoException e) {
            return switch (e.errno()) {
                case ENOENT, ENOTDIR, EINVAL, ESRCH -> Optional.empty();
                default -> throw e;
            };
        }
    }

    /** A namespace whose descriptor is open already; this object owns it from now on. */
    public static Netns adopt(Libc libc, String path, int fd) {
        return new Netns(libc, path, fd);
    }

    /** Runs the body inside, on this thread, and comes back whatever happens. */
    public <T> T call(Supplier<T> body) {
        int back = openPath(libc, OWN);
        try {
            ErrnoException.check(
                    "enter network namespace", path, libc.setns(fd, Linux.CLONE_NEWNET));
            try {
                return body.get();
            } finally {
                ErrnoException.check(
                        "return from network namespace",
                        path,
                        libc.setns(back, Linux.CLONE_NEWNET));
            }
        } finally {
            libc.close(back);
        }
    }

    /** The path it was opened by. */
    public String path() {
        return path;
    }

    /** The descriptor, for messages that name a namespace; owned by this object. */
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
