// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Arrays;
import java.util.Optional;

/** Whole files: read at once, replaced at once, removed. */
public final class Files {
    private static final int CHUNK = 4096;
    private static final String NEW = ".new";

    private final Libc libc;

    public Files(Libc libc) {
        this.libc = libc;
    }

    /**
     * All of a file.
     *
     * @param maxBytes a longer file is refused with EFBIG
     * @return empty when there is no such file
     */
    public Optional<byte[]> find(String path, int maxBytes) {
        Optional<OpenFile> file = OpenFile.openIfPresent(libc, path, Linux.O_RDONLY, 0);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (OpenFile open = file.get()) {
            return Optional.of(readAll(open, maxBytes));
        }
    }

    /** As {@link #find}; a missing file is ENOENT. */
    public byte[] get(String path, int maxBytes) {
        try (OpenFile open = OpenFile.open(libc, path, Linux.O_RDONLY, 0)) {
            return readAll(open, maxBytes);
        }
    }

    /** Files of /proc say that they are empty, so the length is found by reading. */
    private static byte[] readAll(OpenFile file, int maxBytes) {
        byte[] data = new byte[Math.min(CHUNK, maxBytes + 1)];
        int length = file.read(data);
        while (length == data.length) {
            if (length > maxBytes) {
                throw new ErrnoException(
                        "read",
                        file.path() + ", which is longer than " + maxBytes + " bytes",
                        Errno.EFBIG.negated());
            }
            byte[] more = new byte[Math.min(data.length, maxBytes + 1 - length)];
            int got = file.read(more);
            data = Arrays.copyOf(data, length + more.length);
            System.arraycopy(more, 0, data, length, got);
            length += got;
        }
        return Arrays.copyOf(data, length);
    }

    /**
     * Makes the file hold exactly these bytes: readers see the old or the new, never a part. Two
     * writers at once need a lock of their own. Not forced to the disk.
     *
     * @param mode permissions
     */
    public void replace(String path, byte[] data, int mode) {
        String fresh = path + NEW;
        remove(fresh);
        try {
            try (OpenFile file = OpenFile.open(
                    libc, fresh, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, mode)) {
                file.write(data);
                file.finish();
            }
            rename(fresh, path);
        } catch (RuntimeException failure) {
            libc.unlink(fresh);
            throw failure;
        }
    }

    /** Removes a file that {@link #replace} makes, and what it left if it was killed. */
    public void removeReplaced(String path) {
        remove(path + NEW);
        remove(path);
    }

    /** Renames within a file system, over what has the new name. */
    public void rename(String from, String to) {
        int answer = libc.renameat(Linux.AT_FDCWD, from, Linux.AT_FDCWD, to);
        if (answer < 0) {
            throw new ErrnoException("rename " + from + " to", to, answer);
        }
    }

    /**
     * Removes a file.
     *
     * @return false when there was none
     */
    public boolean remove(String path) {
        int answer = libc.unlink(path);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.unlink(path);
        }
        if (answer == Errno.ENOENT.negated() || answer == Errno.ENOTDIR.negated()) {
            return false;
        }
        if (answer < 0) {
            throw new ErrnoException("remove", path, answer);
        }
        return true;
    }

    /** What the kernel knows of a file; empty when there is none. A symbolic link is followed. */
    public Optional<FileStat> stat(String path) {
        return FileStat.find(libc, Linux.AT_FDCWD, path, path, 0);
    }

    /**
     * Refuses a symbolic link; anything else, and nothing at all, is fine.
     *
     * @throws ErrnoException ELOOP
     */
    void requireNoLink(String path) {
        Optional<FileStat> stat =
                FileStat.find(libc, Linux.AT_FDCWD, path, path, Linux.AT_SYMLINK_NOFOLLOW);
        if (stat.isPresent() && stat.get().isLink()) {
            throw new ErrnoException(
                    "open", path + ", which is a symbolic link", Errno.ELOOP.negated());
        }
    }

    /**
     * Asks whether files could be made in a folder, or (where that is missing) in the nearest one
     * above it, without making any: the kernel refuses to remove a name from a read-only file
     * system before it looks whether there is one. A lack of permission is not found out.
     *
     * @throws ErrnoException EROFS, or ENOTDIR when something else is in the folder's place
     */
    public void checkWritable(String folder) {
        String nearest = folder;
        Optional<FileStat> stat = stat(nearest);
        while (stat.isEmpty() && nearest.lastIndexOf('/') > 0) {
            nearest = nearest.substring(0, nearest.lastIndexOf('/'));
            stat = stat(nearest);
        }
        if (stat.isPresent() && !stat.get().isFolder()) {
            throw new ErrnoException("create folder below", nearest, Errno.ENOTDIR.negated());
        }
        int answer = libc.unlink((nearest.equals("/") ? "" : nearest) + "/.culvert-none");
        if (answer < 0 && answer != Errno.ENOENT.negated() && answer != Errno.EINTR.negated()) {
            throw new ErrnoException("write to", nearest, answer);
        }
    }

    /** Makes a folder and those above it that are missing; one that exists stays as it is. */
    public void ensureFolder(String path, int mode) {
        int answer = libc.mkdir(path, mode);
        if (answer == Errno.ENOENT.negated()) {
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                ensureFolder(path.substring(0, slash), mode);
                answer = libc.mkdir(path, mode);
            }
        }
        if (answer < 0 && answer != Errno.EEXIST.negated()) {
            throw new ErrnoException("create folder", path, answer);
        }
    }
}
