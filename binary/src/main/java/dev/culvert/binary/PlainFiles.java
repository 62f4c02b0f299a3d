// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.base.Utf8;
import dev.culvert.os.FileStat;
import dev.culvert.os.OpenFile;
import dev.culvert.os.OpenFolder;
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
    private static final int PERMISSIONS = 07777;
    private static final String PART = ".part";
    /** What link(2) answers where a second name is not to be had: then a copy does. */
    private static final Set<Errno> NO_LINKS = Set.of(
            Errno.EXDEV, Errno.EPERM, Errno.EMLINK, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EACCES);

    private final Libc libc;

    /** A name in an open folder. */
    record Place(OpenFolder folder, String name) {
        Place named(String other) {
            return new Place(folder, other);
        }

        Optional<FileStat> stat() {
            return folder.stat(name);
        }

        boolean exists() {
            return stat().isPresent();
        }

        OpenFile open(int flags, int mode) {
            return folder.open(name, flags, mode);
        }

        void remove() {
            folder.remove(name);
        }

        void renameTo(Place to) {
            folder.renameTo(to.folder, name, to.name);
        }

        int tryLink(Place to) {
            return folder.tryLink(name, to.folder, to.name);
        }

        /** For the calls that take no descriptor. */
        private String byDescriptor() {
            return "/proc/self/fd/" + folder.fd() + "/" + name;
        }

        @Override
        public String toString() {
            return folder.pathOf(name);
        }
    }

    PlainFiles(Libc libc) {
        this.libc = libc;
    }

    void makeFolder(String path) {
        int answer = libc.mkdir(path, 0755);
        if (answer != Errno.EEXIST.negated()) {
            ErrnoException.check("create folder", path, answer);
        }
    }

    void removeFolderIfEmpty(String path) {
        int answer = libc.rmdir(path);
        if (answer != Errno.ENOTEMPTY.negated() && answer != Errno.EEXIST.negated()) {
            ErrnoException.check("remove folder", path, answer);
        }
    }

    /** Until the names in a folder have reached the disk. */
    void sync(OpenFolder folder) {
        int answer = libc.fsync(folder.fd());
        if (answer != Errno.EINVAL.negated()) { // Some file systems have nothing to write.
            ErrnoException.check("write to disk", folder.path(), answer);
        }
    }

    /**
     * A program's bytes in another place, executable, complete and on the disk before the place has
     * them.
     *
     * @param from a path, whose symbolic links are followed
     */
    void copy(String from, Place to) {
        try (OpenFile source = OpenFile.open(libc, from, Linux.O_RDONLY, 0)) {
            copy(source, to);
        }
    }

    private void copy(OpenFile source, Place to) {
        Place part = to.named(to.name() + PART);
        part.remove();
        try {
            byte[] piece = new byte[PIECE];
            try (OpenFile target = part.open(Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0755)) {
                for (int count = source.read(piece); count > 0; count = source.read(piece)) {
                    target.write(count == PIECE ? piece : Arrays.copyOf(piece, count));
                }
                check("make executable", part, libc.fchmod(target.fd(), 0755));
                check("write to disk", part, libc.fsync(target.fd()));
                target.finish();
            }
            part.renameTo(to);
        } catch (ErrnoException e) {
            removeAfter(e, part);
            throw e;
        }
    }

    /** Removes what a failure left; a second failure is told with the first. */
    static void removeAfter(ErrnoException failure, Place place) {
        try {
            place.remove();
        } catch (ErrnoException another) {
            failure.addSuppressed(another);
        }
    }

    private static int check(String operation, Place place, int answer) {
        return ErrnoException.check(operation, place.toString(), answer);
    }

    /**
     * A second name for a program, in place of whatever has it; a copy where there are no links.
     */
    void linkOrCopy(Place from, Place to) {
        to.remove();
        int answer = from.tryLink(to);
        if (answer < 0 && NO_LINKS.contains(Errno.of(answer))) {
            try (OpenFile source = from.open(Linux.O_RDONLY, 0)) {
                copy(source, to);
            }
        } else {
            check("link " + from + " to", to, answer);
        }
    }

    /**
     * The same for any file, whose mode and owner a copy keeps; in place of what was kept before.
     *
     * @param part what it is called until it is complete
     */
    void keep(Place from, Place to, Place part) {
        part.remove();
        int answer = from.tryLink(part);
        if (answer < 0 && NO_LINKS.contains(Errno.of(answer))) {
            duplicate(from, part);
        } else {
            check("link " + from + " to", part, answer);
        }
        part.renameTo(to);
        part.remove(); // Still there when both were one file.
    }

    private void duplicate(Place from, Place to) {
        Optional<FileStat> stat = from.stat();
        if (stat.isPresent() && stat.get().isLink()) {
            byte[] target = new byte[MAX_PATH];
            int length = check("read link", from, libc.readlink(from.byDescriptor(), target));
            String text = Utf8.decode(target, 0, length);
            check("create link", to, libc.symlink(text, to.byDescriptor()));
            return;
        }
        try (OpenFile source = from.open(Linux.O_RDONLY, 0)) {
            copy(source, to);
            FileStat known = source.stat();
            try (OpenFile copied = to.open(Linux.O_RDONLY, 0)) {
                int answer = libc.fchown(copied.fd(), known.uid(), known.gid());
                if (answer != Errno.EPERM.negated()) { // Not root: then the owner is the caller.
                    check("change the owner of", to, answer);
                }
                int mode = known.mode() & PERMISSIONS;
                check("change the mode of", to, libc.fchmod(copied.fd(), mode));
            }
        }
    }

    /** Whether both are plain files with the same bytes. */
    boolean isSame(Place one, Place two) {
        Optional<FileStat> first = one.stat().filter(FileStat::isRegular);
        Optional<FileStat> second = two.stat().filter(FileStat::isRegular);
        if (first.isEmpty()
                || second.isEmpty()
                || first.get().size() != second.get().size()) {
            return false;
        }
        byte[] a = new byte[PIECE];
        byte[] b = new byte[PIECE];
        try (OpenFile x = one.open(Linux.O_RDONLY, 0);
                OpenFile y = two.open(Linux.O_RDONLY, 0)) {
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
