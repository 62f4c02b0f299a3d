// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * Which file it is, whatever its names are.
 *
 * @kernel include/uapi/linux/stat.h, struct statx, since 4.11
 */
public record FileId(int mode, long inode, int deviceMajor, int deviceMinor) {
    /**
     * The file at a path, symbolic links followed; empty if there is none.
     *
     * @throws ErrnoException if it cannot be told whether there is one
     */
    public static Optional<FileId> find(Libc libc, String path) {
        byte[] data = new byte[Linux.STATX_SIZE];
        int answer = libc.statx(Linux.AT_FDCWD, path, 0, Linux.STATX_BASIC_STATS, data);
        if (answer < 0) {
            if (isAbsence(answer)) {
                return Optional.empty();
            }
            throw new ErrnoException("look at", path, answer);
        }
        return Optional.of(decode(data));
    }

    /** The file of a descriptor; the path is for messages. */
    public static FileId of(Libc libc, int fd, String path) {
        byte[] data = new byte[Linux.STATX_SIZE];
        int answer = libc.statx(fd, "", Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, data);
        if (answer < 0) {
            throw new ErrnoException("look at", path, answer);
        }
        return decode(data);
    }

    /** Whether the errno says that there can be nothing at the path, rather than that we failed. */
    public static boolean isAbsence(int errno) {
        return switch (Errno.of(errno)) {
            case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, ESRCH, ENXIO -> true;
            default -> false;
        };
    }

    public boolean isRegular() {
        return (mode & Linux.S_IFMT) == Linux.S_IFREG;
    }

    public boolean isSame(FileId other) {
        return inode == other.inode
                && deviceMajor == other.deviceMajor
                && deviceMinor == other.deviceMinor;
    }

    private static FileId decode(byte[] data) {
        return new FileId(
                (int) little(data, Linux.STATX_MODE_AT, 2),
                little(data, Linux.STATX_INO_AT, 8),
                (int) little(data, Linux.STATX_DEV_MAJOR_AT, 4),
                (int) little(data, Linux.STATX_DEV_MINOR_AT, 4));
    }

    private static long little(byte[] data, int at, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }
}
