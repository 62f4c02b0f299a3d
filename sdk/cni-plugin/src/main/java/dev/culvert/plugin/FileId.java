// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugin;

import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/**
 * Which file it is, whatever its names are.
 *
 * @kernel include/uapi/linux/stat.h, struct statx, since 4.11
 */
record FileId(int mode, long inode, int deviceMajor, int deviceMinor) {
    /** No file. */
    static final FileId NONE = new FileId(0, 0, 0, 0);

    /** The file at a path, symbolic links followed; {@link #NONE} if it cannot be looked at. */
    static FileId at(Libc libc, String path) {
        return of(libc, Linux.AT_FDCWD, path, 0);
    }

    /** The file of a descriptor. */
    static FileId of(Libc libc, int fd) {
        return of(libc, fd, "", Linux.AT_EMPTY_PATH);
    }

    private static FileId of(Libc libc, int fd, String path, int flags) {
        byte[] data = new byte[Linux.STATX_SIZE];
        if (libc.statx(fd, path, flags, Linux.STATX_BASIC_STATS, data) < 0) {
            return NONE;
        }
        int mode = (int) little(data, Linux.STATX_MODE_AT, 2);
        long inode = little(data, Linux.STATX_INO_AT, 8);
        return new FileId(mode, inode, (int) little(data, Linux.STATX_DEV_MAJOR_AT, 4),
                (int) little(data, Linux.STATX_DEV_MINOR_AT, 4));
    }

    boolean isRegular() {
        return (mode & Linux.S_IFMT) == Linux.S_IFREG;
    }

    /** Whether both are the same existing file. */
    boolean isSame(FileId other) {
        return !equals(NONE) && inode == other.inode && deviceMajor == other.deviceMajor
                && deviceMinor == other.deviceMinor;
    }

    private static long little(byte[] data, int at, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }
}
