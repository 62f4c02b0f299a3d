// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static dev.culvert.testkit.LibcContract.bytes;
import static dev.culvert.testkit.LibcContract.s32;
import static dev.culvert.testkit.LibcContract.s64;
import static dev.culvert.testkit.LibcContract.text;
import static dev.culvert.testkit.LibcContract.u16;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.ArrayList;
import java.util.List;

/** The part of {@link LibcContract} about files. */
final class FileContract {
    private static final int CREATE = Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL | Linux.O_CLOEXEC;
    private static final int READ = Linux.O_RDONLY | Linux.O_CLOEXEC;
    private static final int STATX_NLINK_AT = 16;

    private final Libc libc;
    private final String folder;
    private final ContractReport report;
    private final byte[] buffer = new byte[4096];
    private final byte[] status = new byte[Linux.STATX_SIZE];

    FileContract(Libc libc, String folder, ContractReport report) {
        this.libc = libc;
        this.folder = folder;
        this.report = report;
    }

    private String path(String name) {
        return folder + "/" + name;
    }

    private int statx(String name) {
        return libc.statx(
                Linux.AT_FDCWD,
                path(name),
                Linux.AT_SYMLINK_NOFOLLOW,
                Linux.STATX_BASIC_STATS,
                status);
    }

    private int create(String name) {
        int fd = libc.open(path(name), CREATE, 0644);
        report.works("create " + name, fd);
        return fd;
    }

    void openReadWrite() {
        report.refused("open missing file", Errno.ENOENT, libc.open(path("none"), READ, 0));
        report.refused(
                "open in missing folder", Errno.ENOENT, libc.open(path("none/a"), CREATE, 0644));
        int fd = create("fïle");
        report.refused("create again", Errno.EEXIST, libc.open(path("fïle"), CREATE, 0644));
        report.refused("open below a file", Errno.ENOTDIR, libc.open(path("fïle/a"), READ, 0));
        report.refused(
                "open with a zero in the name", Errno.EINVAL, libc.open(path("f\0"), READ, 0));
        report.refused(
                "open too long a name",
                Errno.ENAMETOOLONG,
                libc.open(path("x".repeat(256)), READ, 0));
        byte[] hello = bytes("héllo");
        report.same("write from an offset", 4, libc.write(fd, hello, 1, 4));
        report.same("write nothing", 0, libc.write(fd, hello, 6, 0));
        report.same("fsync", 0, libc.fsync(fd));
        int reader = libc.open(path("fïle"), READ, 0);
        report.same("read to an offset", 4, libc.read(reader, buffer, 10, 100));
        report.same("bytes read", "éll", text(buffer, 10, 4));
        report.same("read at the end", 0, libc.read(reader, buffer, 0, 100));
        report.refused(
                "write to what was opened for reading",
                Errno.EBADF,
                libc.write(reader, hello, 0, 1));
        report.same("close", 0, libc.close(fd) + libc.close(reader));
        report.refused("close again", Errno.EBADF, libc.close(reader));
        report.refused("read what is closed", Errno.EBADF, libc.read(reader, buffer, 0, 1));
        int dir = libc.open(folder, READ, 0);
        report.refused("read a folder", Errno.EISDIR, libc.read(dir, buffer, 0, 1));
        openInFolder(dir);
        report.same("close the folder", 0, libc.close(dir));
        report.refused(
                "open a folder for writing", Errno.EISDIR, libc.open(folder, Linux.O_WRONLY, 0));
        report.same("unlink", 0, libc.unlink(path("fïle")));
        report.refused("unlink again", Errno.ENOENT, libc.unlink(path("fïle")));
    }

    private void openInFolder(int dir) {
        int reader = libc.openat(dir, bytes("fïle\0trailing"), READ, 0);
        report.same("read what was opened in a folder", 4, libc.read(reader, buffer, 0, 100));
        report.same("close it", 0, libc.close(reader));
        report.refused(
                "open a missing file in a folder",
                Errno.ENOENT,
                libc.openat(dir, bytes("none\0"), READ, 0));
        report.refused(
                "open in a folder without an end",
                Errno.EINVAL,
                libc.openat(dir, bytes("fïle"), READ, 0));
        report.refused(
                "open in a folder that is closed",
                Errno.EBADF,
                libc.openat(reader, bytes("a\0"), READ, 0));
        int made = libc.openat(dir, bytes("made\0"), CREATE, 0640);
        report.works("create in a folder", made);
        report.same("statx of what was made", 0, statx("made"));
        report.same("its mode", 0640, u16(status, Linux.STATX_MODE_AT) & 07777);
        report.same(
                "close and remove it",
                0,
                libc.close(made) + libc.unlinkat(dir, bytes("made\0"), 0));
        report.refused("remove it again", Errno.ENOENT, libc.unlinkat(dir, bytes("made\0"), 0));
        report.refused(
                "remove in a folder without an end",
                Errno.EINVAL,
                libc.unlinkat(dir, bytes("made"), 0));
    }

    void positionsAndSizes() {
        long far = 5_000_000_000L;
        int fd = create("big");
        report.same("pwrite beyond 4 GiB", 2, libc.pwrite(fd, bytes("abcd"), 2, 2, far));
        report.same("pread there", 2, libc.pread(fd, buffer, 1, 9, far));
        report.same("bytes there", "cd", text(buffer, 1, 2));
        report.same("pread of the hole", 9, libc.pread(fd, buffer, 0, 9, 17));
        report.same("pread beyond the end", 0, libc.pread(fd, buffer, 0, 9, far + 2));
        report.refused(
                "pread before the beginning", Errno.EINVAL, libc.pread(fd, buffer, 0, 9, -1));
        report.refused(
                "pwrite before the beginning", Errno.EINVAL, libc.pwrite(fd, buffer, 0, 9, -1));
        report.same("statx", 0, statx("big"));
        report.same("size", far + 2, s64(status, Linux.STATX_SIZE_AT));
        report.same("ftruncate", 0, libc.ftruncate(fd, 3));
        statx("big");
        report.same("size", 3, s64(status, Linux.STATX_SIZE_AT));
        report.refused("ftruncate to less than nothing", Errno.EINVAL, libc.ftruncate(fd, -1));
        report.same("read from where it stood", 3, libc.read(fd, buffer, 0, 9));
        libc.close(fd);
        report.refused("ftruncate what is closed", Errno.EBADF, libc.ftruncate(fd, 0));
        report.refused("fsync what is closed", Errno.EBADF, libc.fsync(fd));
        report.same("unlink", 0, libc.unlink(path("big")));
    }

    void modesAndOwners() {
        int before = libc.umask(027);
        report.same("umask tells the last one", 027, libc.umask(027));
        int fd = libc.open(path("mode"), CREATE, 0666);
        statx("mode");
        report.same("mode less umask", Linux.S_IFREG | 0640, u16(status, Linux.STATX_MODE_AT));
        libc.umask(before);
        report.same("fchmod", 0, libc.fchmod(fd, 04711));
        statx("mode");
        report.same("mode", Linux.S_IFREG | 04711, u16(status, Linux.STATX_MODE_AT));
        report.same("fchown to nobody else", 0, libc.fchown(fd, -1, -1));
        report.same("fchown", 0, libc.fchown(fd, libc.geteuid(), -1));
        libc.close(fd);
        report.refused("fchmod what is closed", Errno.EBADF, libc.fchmod(fd, 0));
        report.refused("fchown what is closed", Errno.EBADF, libc.fchown(fd, 0, 0));
        report.same("unlink", 0, libc.unlink(path("mode")));
    }

    void locks() {
        int one = create("lock");
        int two = libc.open(path("lock"), READ, 0);
        int take = Linux.LOCK_EX | Linux.LOCK_NB;
        report.same("lock", 0, libc.flock(one, take));
        report.same("lock again by the same descriptor", 0, libc.flock(one, take));
        report.refused("lock by another descriptor", Errno.EAGAIN, libc.flock(two, take));
        report.same("unlock", 0, libc.flock(one, Linux.LOCK_UN));
        report.same("lock by the other descriptor", 0, libc.flock(two, Linux.LOCK_SH));
        report.same("share", 0, libc.flock(one, Linux.LOCK_SH | Linux.LOCK_NB));
        report.refused("have alone what is shared", Errno.EAGAIN, libc.flock(one, take));
        report.same("close frees", 0, libc.close(two));
        report.same("lock", 0, libc.flock(one, take));
        report.refused("unknown operation", Errno.EINVAL, libc.flock(one, 64));
        libc.close(one);
        report.refused("lock what is closed", Errno.EBADF, libc.flock(one, take));
        report.same("unlink", 0, libc.unlink(path("lock")));
    }

    void names() {
        libc.close(create("a"));
        int dir = libc.open(folder, READ | Linux.O_DIRECTORY, 0);
        report.same("link", 0, libc.linkat(dir, "a", Linux.AT_FDCWD, path("b")));
        report.refused(
                "link over a name", Errno.EEXIST, libc.linkat(Linux.AT_FDCWD, path("a"), dir, "b"));
        report.refused("link of a missing file", Errno.ENOENT, libc.linkat(dir, "none", dir, "c"));
        report.refused(
                "link with a zero in the name", Errno.EINVAL, libc.linkat(dir, "a", dir, "b\0c"));
        statx("b");
        report.same("links", 2, s32(status, STATX_NLINK_AT));
        report.same("rename", 0, libc.renameat(dir, "b", dir, "ü"));
        report.refused(
                "rename a missing file",
                Errno.ENOENT,
                libc.renameat(Linux.AT_FDCWD, path("b"), dir, "a"));
        report.refused(
                "rename with a zero in the name",
                Errno.EINVAL,
                libc.renameat(dir, "a", dir, "b\0c"));
        report.same("symlink", 0, libc.symlink("ziel-ü", path("s")));
        report.refused("symlink over a name", Errno.EEXIST, libc.symlink("x", path("s")));
        int length = libc.readlink(path("s"), buffer);
        report.same("readlink", "ziel-ü", text(buffer, 0, length));
        report.same("readlink into too little", 3, libc.readlink(path("s"), new byte[3]));
        report.refused(
                "readlink into nothing", Errno.EINVAL, libc.readlink(path("s"), new byte[0]));
        report.refused("readlink of a file", Errno.EINVAL, libc.readlink(path("a"), buffer));
        report.refused(
                "readlink of a missing file", Errno.ENOENT, libc.readlink(path("none"), buffer));
        report.refused("open a dangling link", Errno.ENOENT, libc.open(path("s"), READ, 0));
        report.refused(
                "open a link itself",
                Errno.ELOOP,
                libc.open(path("s"), READ | Linux.O_NOFOLLOW, 0));
        report.refused(
                "create where a link is",
                Errno.ELOOP,
                libc.openat(dir, bytes("s\0"), Linux.O_CREAT | Linux.O_NOFOLLOW, 0600));
        report.refused(
                "open a file as a folder",
                Errno.ENOTDIR,
                libc.open(path("a"), READ | Linux.O_DIRECTORY, 0));
        report.same("link of a link", 0, libc.linkat(dir, "s", dir, "t"));
        report.same("it is one", 7, libc.readlink(path("t"), buffer));
        report.same("remove it", 0, libc.unlink(path("t")) + libc.close(dir));
        libc.symlink("loop", path("loop"));
        report.refused("open a loop of links", Errno.ELOOP, libc.open(path("loop"), READ, 0));
        report.same("names", "[a, loop, s, ü]", list());
        report.same(
                "unlink",
                0,
                libc.unlink(path("a"))
                        + libc.unlink(path("ü"))
                        + libc.unlink(path("s"))
                        + libc.unlink(path("loop")));
    }

    /** The folder's names in order, or the errno. */
    private String list() {
        int dir = libc.open(folder, READ, 0);
        List<String> names = new ArrayList<>();
        int count = libc.getdents64(dir, buffer);
        while (count > 0) {
            for (int at = 0; at < count; at += u16(buffer, at + 16)) {
                int end = at + 19;
                while (buffer[end] != 0) {
                    end++;
                }
                names.add(text(buffer, at + 19, end - at - 19));
            }
            count = libc.getdents64(dir, buffer);
        }
        libc.close(dir);
        names.removeIf(name -> name.equals(".") || name.equals(".."));
        names.sort(null);
        return count < 0 ? Errno.describe(count) : names.toString();
    }

    void folders() {
        report.same("mkdir", 0, libc.mkdir(path("d"), 0755));
        report.refused("mkdir again", Errno.EEXIST, libc.mkdir(path("d"), 0755));
        report.refused("mkdir in a missing folder", Errno.ENOENT, libc.mkdir(path("none/d"), 0755));
        for (int i = 0; i < 200; i++) {
            libc.close(libc.open(path("d/name-of-some-length-" + i), CREATE, 0644));
        }
        int dir = libc.open(path("d"), READ, 0);
        report.refused(
                "getdents64 into too little", Errno.EINVAL, libc.getdents64(dir, new byte[8]));
        int total = 0;
        for (int count = libc.getdents64(dir, buffer);
                count > 0;
                count = libc.getdents64(dir, buffer)) {
            for (int at = 0; at < count; at += u16(buffer, at + 16)) {
                total++;
            }
        }
        libc.close(dir);
        report.same("entries in several pieces", 202, total);
        report.refused("rmdir of what is not empty", Errno.ENOTEMPTY, libc.rmdir(path("d")));
        report.refused("unlink a folder", Errno.EISDIR, libc.unlink(path("d")));
        for (int i = 0; i < 200; i++) {
            libc.unlink(path("d/name-of-some-length-" + i));
        }
        report.same("rmdir", 0, libc.rmdir(path("d")));
        report.refused("rmdir again", Errno.ENOENT, libc.rmdir(path("d")));
        report.refused("getdents64 of what is closed", Errno.EBADF, libc.getdents64(dir, buffer));
        int file = create("f");
        report.refused("getdents64 of a file", Errno.ENOTDIR, libc.getdents64(file, buffer));
        report.refused("rmdir of a file", Errno.ENOTDIR, libc.rmdir(path("f")));
        report.same("remove it", 0, libc.close(file) + libc.unlink(path("f")));
        report.same("names", "[]", list());
    }

    void status() {
        int fd = create("t");
        report.same("futimens", 0, libc.futimens(fd, 1_000_000_001L, 1_234_567_890_123_456_789L));
        report.same(
                "statx of the descriptor",
                0,
                libc.statx(fd, "", Linux.AT_EMPTY_PATH, Linux.STATX_BASIC_STATS, status));
        report.same("seconds", 1_234_567_890, s64(status, Linux.STATX_MTIME_SECONDS_AT));
        report.same("nanoseconds", 123_456_789, s32(status, Linux.STATX_MTIME_NANOS_AT));
        report.holds("inode", s64(status, Linux.STATX_INO_AT) > 0);
        libc.symlink("t", path("s"));
        statx("s");
        report.same(
                "a link itself", Linux.S_IFLNK, u16(status, Linux.STATX_MODE_AT) & Linux.S_IFMT);
        libc.statx(Linux.AT_FDCWD, path("s"), 0, Linux.STATX_BASIC_STATS, status);
        report.same(
                "what it leads to", Linux.S_IFREG, u16(status, Linux.STATX_MODE_AT) & Linux.S_IFMT);
        report.refused("statx of a missing file", Errno.ENOENT, statx("none"));
        report.refused("statx of an empty path", Errno.ENOENT, libc.statx(fd, "", 0, 0, status));
        report.holds("free bytes", libc.fsFree(fd) > 0);
        int proc = libc.open("/proc/self/status", READ, 0);
        report.same("type of /proc", Linux.PROC_SUPER_MAGIC, libc.fsType(proc));
        int netns = libc.open("/proc/self/ns/net", READ, 0);
        report.same("type of a namespace", Linux.NSFS_MAGIC, libc.fsType(netns));
        report.same("close", 0, libc.close(fd) + libc.close(proc) + libc.close(netns));
        report.refused("type of what is closed", Errno.EBADF, libc.fsType(fd));
        report.refused("free bytes of what is closed", Errno.EBADF, libc.fsFree(fd));
        report.refused("futimens of what is closed", Errno.EBADF, libc.futimens(fd, 0, 0));
        report.same("unlink", 0, libc.unlink(path("t")) + libc.unlink(path("s")));
    }

    /** A wrong range is the caller's mistake: an exception, before the kernel sees it. */
    void bounds() {
        report.holds("read before the array", throwsBounds(() -> libc.read(0, new byte[4], -1, 2)));
        report.holds("read beyond the array", throwsBounds(() -> libc.read(0, new byte[4], 3, 2)));
        report.holds(
                "a sum that overflows",
                throwsBounds(() -> libc.recv(0, new byte[4], 2, Integer.MAX_VALUE, 0)));
        report.holds("less than nothing", throwsBounds(() -> libc.pread(0, new byte[4], 2, -1, 0)));
        report.holds("write", throwsBounds(() -> libc.write(1, new byte[4], 4, 1)));
        report.holds("pwrite", throwsBounds(() -> libc.pwrite(1, new byte[4], 5, 0, 0)));
        report.holds("send", throwsBounds(() -> libc.send(1, new byte[4], 0, 5, 0)));
        report.holds("poll", throwsBounds(() -> libc.poll(new byte[15], 2, 0)));
        report.holds("statx", throwsBounds(() -> libc.statx(0, "/", 0, 0, new byte[255])));
    }

    private interface Call {
        int make();
    }

    private static boolean throwsBounds(Call call) {
        try {
            call.make();
            return false;
        } catch (IndexOutOfBoundsException e) {
            return true;
        }
    }
}
