// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/**
 * The names in a folder, one after another, without "." and "..": memory stays the same however
 * many there are. The order is the file system's; names that come or go meanwhile may or may not be
 * seen.
 *
 * @kernel include/linux/dirent.h, struct linux_dirent64
 */
public final class Listing implements AutoCloseable {
    // struct linux_dirent64 { ino u64, off s64, reclen u16, type u8, name... zero-terminated }
    private static final int RECLEN_AT = 16;
    private static final int NAME_AT = 19;
    private static final int BUFFER = 8 * 1024;

    private final Libc libc;
    private final OpenFile folder;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private int next;
    private int nameAt;
    private int nameLength;

    private Listing(Libc libc, OpenFile folder) {
        this.libc = libc;
        this.folder = folder;
    }

    /** Opens a folder for reading its names. */
    public static Listing open(Libc libc, String path) {
        return new Listing(libc, OpenFile.open(libc, path, Linux.O_RDONLY, 0));
    }

    /** Of a folder that was opened for this, and is closed with it. */
    static Listing of(Libc libc, OpenFile folder) {
        return new Listing(libc, folder);
    }

    /** Goes to the next name; false after the last. */
    public boolean advance() {
        while (true) {
            if (next >= filled && !fill()) {
                return false;
            }
            int length =
                    buffer[next + RECLEN_AT] & 0xff | (buffer[next + RECLEN_AT + 1] & 0xff) << 8;
            if (length < NAME_AT || length > filled - next) {
                throw new ErrnoException(
                        "list",
                        folder.path() + ", whose entries are malformed",
                        Errno.EIO.negated());
            }
            nameAt = next + NAME_AT;
            nameLength = lengthOfName(next + length);
            next += length;
            if (!isSelfOrParent()) {
                return true;
            }
        }
    }

    private boolean fill() {
        int got = libc.getdents64(folder.fd(), buffer);
        while (got == Errno.EINTR.negated()) {
            got = libc.getdents64(folder.fd(), buffer);
        }
        if (got < 0) {
            throw new ErrnoException("list", folder.path(), got);
        }
        filled = got;
        next = 0;
        return got > 0;
    }

    private int lengthOfName(int end) {
        int at = nameAt;
        while (at < end && buffer[at] != 0) {
            at++;
        }
        return at - nameAt;
    }

    private boolean isSelfOrParent() {
        return buffer[nameAt] == '.'
                && (nameLength == 1 || nameLength == 2 && buffer[nameAt + 1] == '.');
    }

    /** How many bytes the present name has. */
    public int nameLength() {
        return nameLength;
    }

    /** A byte of the present name, 0 to length - 1. */
    public byte nameByte(int place) {
        return buffer[nameAt + place];
    }

    /** The present name. */
    public String name() {
        return Utf8.decode(buffer, nameAt, nameLength);
    }

    @Override
    public void close() {
        folder.close();
    }
}
