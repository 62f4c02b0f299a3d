// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * What the kernel knows of a file.
 *
 * @param mode kind and permissions
 * @param links how many names it has; 0 once it was removed
 * @param uid the user who owns it
 * @param gid the group that owns it
 * @param inode its number within its file system
 * @param size bytes
 * @param modificationNanos since 1970
 * @kernel include/uapi/linux/stat.h, struct statx
 */
public record FileStat(
        int mode, int links, int uid, int gid, long inode, long size, long modificationNanos) {
    private static final int STATX_NLINK_AT = 16;
    private static final int STATX_UID_AT = 20;
    private static final int STATX_GID_AT = 24;
    private static final long NANOS = 1_000_000_000L;

    /**
     * A file's by its path from an open folder on; empty when there is none.
     *
     * @param object what it is called in messages
     */
    static Optional<FileStat> find(Libc libc, int dirFd, String path, String object, int flags) {
        byte[] data = new byte[Linux.STATX_SIZE];
        int answer = libc.statx(dirFd, path, flags, Linux.STATX_BASIC_STATS, data);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.statx(dirFd, path, flags, Linux.STATX_BASIC_STATS, data);
        }
        if (answer == Errno.ENOENT.negated() || answer == Errno.ENOTDIR.negated()) {
            return Optional.empty();
        }
        ErrnoException.check("stat", object, answer);
        return Optional.of(decode(data));
    }

    static FileStat decode(byte[] statx) {
        long seconds = little(statx, Linux.STATX_MTIME_SECONDS_AT, 8);
        long nanos = little(statx, Linux.STATX_MTIME_NANOS_AT, 4);
        return new FileStat(
                (int) little(statx, Linux.STATX_MODE_AT, 2),
                (int) little(statx, STATX_NLINK_AT, 4),
                (int) little(statx, STATX_UID_AT, 4),
                (int) little(statx, STATX_GID_AT, 4),
                little(statx, Linux.STATX_INO_AT, 8),
                little(statx, Linux.STATX_SIZE_AT, 8),
                seconds * NANOS + nanos);
    }

    private static long little(byte[] data, int at, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }

    public boolean isFolder() {
        return (mode & Linux.S_IFMT) == Linux.S_IFDIR;
    }

    public boolean isLink() {
        return (mode & Linux.S_IFMT) == Linux.S_IFLNK;
    }

    public boolean isRegular() {
        return (mode & Linux.S_IFMT) == Linux.S_IFREG;
    }
}
