// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Linux;

/**
 * What the kernel knows of a file.
 *
 * @param mode kind and permissions
 * @param links how many names it has; 0 once it was removed
 * @param inode its number within its file system
 * @param size bytes
 * @param modificationNanos since 1970
 * @kernel include/uapi/linux/stat.h, struct statx
 */
public record FileStat(int mode, int links, long inode, long size, long modificationNanos) {
    private static final int STATX_NLINK_AT = 16;
    private static final long NANOS = 1_000_000_000L;

    static FileStat decode(byte[] statx) {
        long seconds = little(statx, Linux.STATX_MTIME_SECONDS_AT, 8);
        long nanos = little(statx, Linux.STATX_MTIME_NANOS_AT, 4);
        return new FileStat(
                (int) little(statx, Linux.STATX_MODE_AT, 2),
                (int) little(statx, STATX_NLINK_AT, 4),
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

    public boolean isRegular() {
        return (mode & Linux.S_IFMT) == Linux.S_IFREG;
    }
}
