// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * An open file or folder. Interrupted calls are made again; short reads and writes are continued.
 * Every descriptor is close-on-exec.
 */
public final class OpenFile implements AutoCloseable {
    private final Libc libc;
    private final String path;
    private final int fd;
    private boolean open = true;

    private OpenFile(Libc libc, String path, int fd) {
        this.libc = libc;
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens a path.
     *
     * @param flags {@code O_...} of {@link Linux}; O_CLOEXEC is added
     * @param mode permissions of a file that is created by this
     * @throws ErrnoException as open(2) says
     */
    public static OpenFile open(Libc libc, String path, int flags, int mode) {
        int fd = tryOpen(libc, path, flags, mode);
        if (fd < 0) {
            throw new ErrnoException("open", path, fd);
        }
        return new OpenFile(libc, path, fd);
    }

    /** As {@link #open}; empty when the path, or a folder on the way to it, does not exist. */
    public static Optional<OpenFile> openIfPresent(Libc libc, String path, int flags, int mode) {
        int fd = tryOpen(libc, path, flags, mode);
        if (fd == Errno.ENOENT.negated() || fd == Errno.ENOTDIR.negated()) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw new ErrnoException("open", path, fd);
        }
        return Optional.of(new OpenFile(libc, path, fd));
    }

    /** What was opened by whoever calls this. */
    static OpenFile of(Libc libc, String path, int fd) {
        return new OpenFile(libc, path, fd);
    }

    private static int tryOpen(Libc libc, String path, int flags, int mode) {
        int fd = libc.open(path, flags | Linux.O_CLOEXEC, mode);
        while (fd == Errno.EINTR.negated()) {
            fd = libc.open(path, flags | Linux.O_CLOEXEC, mode);
        }
        return fd;
    }

    public String path() {
        return path;
    }

    /** The descriptor, which stays this object's. */
    public int fd() {
        return fd;
    }

    /** Reads until the array is full or the file ends; answers how many bytes. */
    public int read(byte[] data) {
        int total = 0;
        while (total < data.length) {
            int got = libc.read(fd, data, total, data.length - total);
            if (got == Errno.EINTR.negated()) {
                continue;
            }
            if (check("read", got) == 0) {
                break;
            }
            total += got;
        }
        return total;
    }

    /**
     * Reads once, as much as the kernel gives; for small files that are never longer than the
     * array.
     */
    public int readOnce(byte[] data) {
        int got = libc.read(fd, data, 0, data.length);
        while (got == Errno.EINTR.negated()) {
            got = libc.read(fd, data, 0, data.length);
        }
        return check("read", got);
    }

    /** Reads that many bytes from a position; fewer only when the file ends. */
    public int readAt(long position, byte[] data, int length) {
        int total = 0;
        while (total < length) {
            int got = libc.pread(fd, data, total, length - total, position + total);
            if (got == Errno.EINTR.negated()) {
                continue;
            }
            if (check("read", got) == 0) {
                break;
            }
            total += got;
        }
        return total;
    }

    /** Writes all of it at the file's own position. */
    public void write(byte[] data) {
        int total = 0;
        while (total < data.length) {
            int put = libc.write(fd, data, total, data.length - total);
            if (put != Errno.EINTR.negated()) {
                total += check("write", put);
            }
        }
    }

    /** Writes the first bytes of an array to a position. */
    public void writeAt(long position, byte[] data, int length) {
        int total = 0;
        while (total < length) {
            int put = libc.pwrite(fd, data, total, length - total, position + total);
            if (put != Errno.EINTR.negated()) {
                total += check("write", put);
            }
        }
    }

    /** Cuts or extends it to that many bytes. */
    public void truncate(long length) {
        int answer = libc.ftruncate(fd, length);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.ftruncate(fd, length);
        }
        check("truncate", answer);
    }

    /** Sets access and modification time, in nanoseconds since 1970. */
    public void setTimes(long nanos) {
        int answer = libc.futimens(fd, nanos, nanos);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.futimens(fd, nanos, nanos);
        }
        check("set the times of", answer);
    }

    /** What the kernel knows of it now. */
    public FileStat stat() {
        byte[] data = new byte[Linux.STATX_SIZE];
        int answer = libc.statx(fd, "", Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, data);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.statx(fd, "", Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, data);
        }
        check("stat", answer);
        return FileStat.decode(data);
    }

    private int check(String operation, int answer) {
        if (answer < 0) {
            throw new ErrnoException(operation, path, answer);
        }
        return answer;
    }

    /**
     * Closes a file that was written and says whether all of it was taken: some file systems report
     * a failed write only here.
     */
    public void finish() {
        open = false;
        int answer = libc.close(fd);
        // The descriptor is gone even when close(2) was interrupted.
        if (answer < 0 && answer != Errno.EINTR.negated()) {
            throw new ErrnoException("close", path, answer);
        }
    }

    /**
     * Closes it; again is fine. What close(2) answers is of no use to one who only read, or who
     * failed already.
     */
    @Override
    public void close() {
        if (open) {
            open = false;
            libc.close(fd);
        }
    }
}
