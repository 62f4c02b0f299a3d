// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * An open folder whose files are found from its descriptor on, so that renaming it, or putting
 * another in its place, changes nothing for whoever works in it.
 *
 * <p>For folders that others may write to: no symbolic link in it is followed, nothing but regular
 * files is opened, and opening never waits, as it would for a pipe.
 */
public final class OpenFolder implements AutoCloseable {
    private final Libc libc;
    private final OpenFile folder;

    private OpenFolder(Libc libc, OpenFile folder) {
        this.libc = libc;
        this.folder = folder;
    }

    /** Opens a folder, also through a symbolic link. */
    public static OpenFolder open(Libc libc, String path) {
        return new OpenFolder(
                libc, OpenFile.open(libc, path, Linux.O_RDONLY | Linux.O_DIRECTORY, 0));
    }

    /**
     * Opens a folder that is no symbolic link itself; those on the way to it are followed.
     *
     * @return empty when there is none, or when something else has its name
     * @throws ErrnoException ELOOP for a symbolic link
     */
    public static Optional<OpenFolder> openIfPresent(Libc libc, String path) {
        int flags = Linux.O_RDONLY | Linux.O_DIRECTORY | Linux.O_NOFOLLOW;
        Optional<OpenFile> file = OpenFile.openIfPresent(libc, path, flags, 0);
        if (file.isEmpty()) {
            // What the kernel answers for a link is what it answers for any other kind of file.
            new Files(libc).requireNoLink(path);
        }
        return file.map(open -> new OpenFolder(libc, open));
    }

    public String path() {
        return folder.path();
    }

    /** The path of a file in it, for messages. */
    public String pathOf(String name) {
        return folder.path() + "/" + name;
    }

    /** The descriptor, which stays this object's. */
    public int fd() {
        return folder.fd();
    }

    public FileStat stat() {
        return folder.stat();
    }

    /** Sets the folder's own access and modification time, in nanoseconds since 1970. */
    public void setTimes(long nanos) {
        folder.setTimes(nanos);
    }

    /**
     * Opens a regular file.
     *
     * @throws ErrnoException ELOOP for a symbolic link, EIO for another kind of file
     */
    public OpenFile open(String name, int flags, int mode) {
        int fd = tryOpen(name, flags, mode);
        if (fd < 0) {
            throw refused(name, fd);
        }
        return regular(name, fd, flags);
    }

    /** As {@link #open}; empty when there is no such file, or the folder itself was removed. */
    public Optional<OpenFile> openIfPresent(String name, int flags, int mode) {
        int fd = tryOpen(name, flags, mode);
        if (fd == Errno.ENOENT.negated()) {
            return Optional.empty();
        }
        if (fd < 0) {
            throw refused(name, fd);
        }
        return Optional.of(regular(name, fd, flags));
    }

    private int tryOpen(String name, int flags, int mode) {
        int all = flags | Linux.O_CLOEXEC | Linux.O_NOFOLLOW | Linux.O_NONBLOCK;
        byte[] text = ended(name);
        int fd = libc.openat(folder.fd(), text, all, mode);
        while (fd == Errno.EINTR.negated()) {
            fd = libc.openat(folder.fd(), text, all, mode);
        }
        return fd;
    }

    private static byte[] ended(String name) {
        byte[] text = Utf8.encode(name);
        return Arrays.copyOf(text, text.length + 1);
    }

    private ErrnoException refused(String name, int answer) {
        String link = answer == Errno.ELOOP.negated() ? ", which is a symbolic link" : "";
        return new ErrnoException("open", pathOf(name) + link, answer);
    }

    private OpenFile regular(String name, int fd, int flags) {
        OpenFile file = OpenFile.of(libc, pathOf(name), fd);
        if ((flags & Linux.O_EXCL) != 0) {
            return file;
        }
        try {
            if (!file.stat().isRegular()) {
                throw new ErrnoException(
                        "open", pathOf(name) + ", which is no regular file", Errno.EIO.negated());
            }
            return file;
        } catch (ErrnoException refused) {
            file.close();
            throw refused;
        }
    }

    /** What the kernel knows of a file, or of a symbolic link itself; empty when there is none. */
    public Optional<FileStat> stat(String name) {
        return FileStat.find(libc, folder.fd(), name, pathOf(name), Linux.AT_SYMLINK_NOFOLLOW);
    }

    /** Removes a file; false when there was none. */
    public boolean remove(String name) {
        byte[] text = ended(name);
        int answer = libc.unlinkat(folder.fd(), text, 0);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.unlinkat(folder.fd(), text, 0);
        }
        if (answer == Errno.ENOENT.negated()) {
            return false;
        }
        ErrnoException.check("remove", pathOf(name), answer);
        return true;
    }

    /** Renames a file within this folder, over what has the new name. */
    public void rename(String from, String to) {
        renameTo(this, from, to);
    }

    /** Renames a file into another folder of the same file system, over what has the name. */
    public void renameTo(OpenFolder other, String from, String to) {
        ErrnoException.check(
                "rename " + pathOf(from) + " to",
                other.pathOf(to),
                libc.renameat(folder.fd(), from, other.fd(), to));
    }

    /** Gives a file a second name in another folder; answers zero or a negated errno. */
    public int tryLink(String from, OpenFolder other, String to) {
        return libc.linkat(folder.fd(), from, other.fd(), to);
    }

    /** The names in it. */
    public Listing names() {
        int fd = tryOpen(".", Linux.O_RDONLY | Linux.O_DIRECTORY, 0);
        return Listing.of(
                libc, OpenFile.of(libc, path(), ErrnoException.check("open", path(), fd)));
    }

    @Override
    public void close() {
        folder.close();
    }
}
