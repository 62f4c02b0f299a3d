// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.base.Utf8;
import dev.culvert.os.OpenFile;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What {@link Install} does with files; symbolic links are taken as themselves. */
final class PlainFiles {
    private static final int PIECE = 64 * 1024;
    private static final int MAX_PATH = 4096;
    private static final int STATX_UID_AT = 20;
    private static final int STATX_GID_AT = 24;
    /** What link(2) answers where a second name is not to be had: then a copy does. */
    private static final Set<Errno> NO_LINKS = Set.of(
            Errno.EXDEV, Errno.EPERM, Errno.EMLINK, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EACCES);

    private final Libc libc;

    PlainFiles(Libc libc) {
        this.libc = libc;
    }

    private static int check(String operation, String path, int answer) {
        if (answer < 0) {
            throw new ErrnoException(operation, path, answer);
        }
        return answer;
    }

    private Optional<byte[]> status(String path, int flags) {
        byte[] data = new byte[Linux.STATX_SIZE];
        int answer = libc.statx(Linux.AT_FDCWD, path, flags, Linux.STATX_BASIC_STATS, data);
        if (answer == Errno.ENOENT.negated() || answer == Errno.ENOTDIR.negated()) {
            return Optional.empty();
        }
        check("look at", path, answer);
        return Optional.of(data);
    }

    private static int little(byte[] data, int at, int length) {
        int value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }

    private static int mode(byte[] status) {
        return little(status, Linux.STATX_MODE_AT, 2);
    }

    private static boolean isKind(Optional<byte[]> status, int kind) {
        return status.isPresent() && (mode(status.get()) & Linux.S_IFMT) == kind;
    }

    boolean exists(String path) {
        return status(path, Linux.AT_SYMLINK_NOFOLLOW).isPresent();
    }

    /** Also through a symbolic link. */
    boolean isFolder(String path) {
        return isKind(status(path, 0), Linux.S_IFDIR);
    }

    void makeFolder(String path) {
        int answer = libc.mkdir(path, 0755);
        if (answer != Errno.EEXIST.negated()) {
            check("create folder", path, answer);
        }
    }

    void create(String path) {
        OpenFile.open(libc, path, Linux.O_WRONLY | Linux.O_CREAT, 0644).close();
    }

    void remove(String path) {
        int answer = libc.unlink(path);
        if (answer != Errno.ENOENT.negated()) {
            check("remove", path, answer);
        }
    }

    void removeFolderIfEmpty(String path) {
        int answer = libc.rmdir(path);
        if (answer != Errno.ENOTEMPTY.negated() && answer != Errno.EEXIST.negated()) {
            check("remove folder", path, answer);
        }
    }

    void rename(String from, String to) {
        check("rename " + from + " to", to, libc.rename(from, to));
    }

    /** Until the names in a folder have reached the disk. */
    void sync(String path) {
        try (OpenFile folder = OpenFile.open(libc, path, Linux.O_RDONLY, 0)) {
            int answer = libc.fsync(folder.fd());
            if (answer != Errno.EINVAL.negated()) { // Some file systems have nothing to write.
                check("write to disk", path, answer);
            }
        }
    }

    /**
     * A program's bytes under another path, executable, complete and on the disk before the path
     * exists.
     */
    void copy(String from, String to) {
        String part = to + ".part";
        remove(part);
        try {
            byte[] piece = new byte[PIECE];
            try (OpenFile source = OpenFile.open(libc, from, Linux.O_RDONLY, 0);
                    OpenFile target = OpenFile.open(
                            libc, part, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0755)) {
                for (int count = source.read(piece); count > 0; count = source.read(piece)) {
                    target.write(count == PIECE ? piece : Arrays.copyOf(piece, count));
                }
                check("make executable", part, libc.fchmod(target.fd(), 0755));
                check("write to disk", part, libc.fsync(target.fd()));
                target.finish();
            }
            rename(part, to);
        } catch (ErrnoException e) {
            libc.unlink(part);
            throw e;
        }
    }

    /**
     * A second name for a program, in place of whatever has it; a copy where there are no links.
     */
    void linkOrCopy(String from, String to) {
        remove(to);
        int answer = libc.link(from, to);
        if (answer < 0 && NO_LINKS.contains(Errno.of(answer))) {
            copy(from, to);
        } else {
            check("link " + from + " to", to, answer);
        }
    }

    /**
     * The same for any file, whose mode and owner a copy keeps; in place of what was kept before.
     *
     * @param part what it is called until it is complete
     */
    void keep(String from, String to, String part) {
        remove(part);
        int answer = libc.link(from, part);
        if (answer < 0 && NO_LINKS.contains(Errno.of(answer))) {
            duplicate(from, part);
        } else {
            check("link " + from + " to", part, answer);
        }
        rename(part, to);
        remove(part); // Still there when both were one file.
    }

    private void duplicate(String from, String to) {
        Optional<byte[]> status = status(from, Linux.AT_SYMLINK_NOFOLLOW);
        if (isKind(status, Linux.S_IFLNK)) {
            byte[] target = new byte[MAX_PATH];
            int length = check("read link", from, libc.readlink(from, target));
            String text = Utf8.decode(target, 0, length);
            check("create link", to, libc.symlink(text, to));
            return;
        }
        copy(from, to);
        if (status.isPresent()) {
            try (OpenFile copied = OpenFile.open(libc, to, Linux.O_RDONLY, 0)) {
                byte[] known = status.get();
                int answer = libc.fchown(
                        copied.fd(),
                        little(known, STATX_UID_AT, 4),
                        little(known, STATX_GID_AT, 4));
                if (answer != Errno.EPERM.negated()) { // Not root: then the owner is the caller.
                    check("change the owner of", to, answer);
                }
                check("change the mode of", to, libc.fchmod(copied.fd(), mode(known) & 07777));
            }
        }
    }

    /** Whether both are plain files with the same bytes. */
    boolean isSame(String one, String two) {
        Optional<byte[]> first = status(one, Linux.AT_SYMLINK_NOFOLLOW);
        Optional<byte[]> second = status(two, Linux.AT_SYMLINK_NOFOLLOW);
        if (!isKind(first, Linux.S_IFREG)
                || !isKind(second, Linux.S_IFREG)
                || little(first.get(), Linux.STATX_SIZE_AT, 4)
                        != little(second.get(), Linux.STATX_SIZE_AT, 4)) {
            return false;
        }
        byte[] a = new byte[PIECE];
        byte[] b = new byte[PIECE];
        try (OpenFile x = OpenFile.open(libc, one, Linux.O_RDONLY, 0);
                OpenFile y = OpenFile.open(libc, two, Linux.O_RDONLY, 0)) {
            int count = x.read(a);
            while (y.read(b) == count && Arrays.equals(a, b)) {
                if (count == 0) {
                    return true;
                }
                count = x.read(a);
            }
            return false;
        }
    }
}
