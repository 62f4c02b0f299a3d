// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The system calls on the JVM.
 *
 * <p>Every call copies its arrays into memory of its own and back, so that a call that blocks holds
 * nothing that the collector wants. The first call of each function takes some milliseconds more:
 * this world is for tests, tools and long-running programs. {@link #setns} and {@link #unshare}
 * change the calling thread alone, which must be a platform thread. Any thread may call.
 */
public final class FfmLibc implements Libc {
    private static final CFunction SOCKET = new CFunction("socket", "i:iii");
    private static final CFunction BIND = new CFunction("bind", "i:ipi");
    private static final CFunction CONNECT = new CFunction("connect", "i:ipi");
    private static final CFunction SETSOCKOPT = new CFunction("setsockopt", "i:iiipi");
    private static final CFunction SEND = new CFunction("send", "l:ipli");
    private static final CFunction RECV = new CFunction("recv", "l:ipli");
    private static final CFunction POLL = new CFunction("poll", "i:pli");
    private static final CFunction OPEN = new CFunction("open", "i:pi.i");
    private static final CFunction OPENAT = new CFunction("openat", "i:ipi.i");
    private static final CFunction UNLINKAT = new CFunction("unlinkat", "i:ipi");
    private static final CFunction READ = new CFunction("read", "l:ipl");
    private static final CFunction WRITE = new CFunction("write", "l:ipl");
    private static final CFunction PREAD = new CFunction("pread", "l:ipll");
    private static final CFunction PWRITE = new CFunction("pwrite", "l:ipll");
    private static final CFunction FTRUNCATE = new CFunction("ftruncate", "i:il");
    private static final CFunction CLOSE = new CFunction("close", "i:i");
    private static final CFunction FSYNC = new CFunction("fsync", "i:i");
    private static final CFunction FCHMOD = new CFunction("fchmod", "i:ii");
    private static final CFunction FCHOWN = new CFunction("fchown", "i:iii");
    private static final CFunction IOCTL = new CFunction("ioctl", "i:il.l");
    private static final CFunction IOCTL_AT = new CFunction("ioctl", "i:il.p");
    private static final CFunction FLOCK = new CFunction("flock", "i:ii");
    private static final CFunction RENAMEAT = new CFunction("renameat", "i:ipip");
    private static final CFunction LINKAT = new CFunction("linkat", "i:ipipi");
    private static final CFunction SYMLINK = new CFunction("symlink", "i:pp");
    private static final CFunction UNLINK = new CFunction("unlink", "i:p");
    private static final CFunction MKDIR = new CFunction("mkdir", "i:pi");
    private static final CFunction RMDIR = new CFunction("rmdir", "i:p");
    private static final CFunction READLINK = new CFunction("readlink", "l:ppl");
    private static final CFunction GETDENTS64 = new CFunction("getdents64", "l:ipl");
    private static final CFunction STATX = new CFunction("statx", "i:ipiip");
    private static final CFunction FSTATFS = new CFunction("fstatfs", "i:ip");
    private static final CFunction FUTIMENS = new CFunction("futimens", "i:ip");
    private static final CFunction SETNS = new CFunction("setns", "i:ii");
    private static final CFunction UNSHARE = new CFunction("unshare", "i:i");
    private static final CFunction MOUNT = new CFunction("mount", "i:ppplp");
    private static final CFunction UMOUNT2 = new CFunction("umount2", "i:pi");
    private static final CFunction WAITPID = new CFunction("waitpid", "i:ipi");
    private static final CFunction PIPE2 = new CFunction("pipe2", "i:pi");
    private static final CFunction KILL = new CFunction("kill", "i:ii");
    private static final CFunction GETEUID = new CFunction("geteuid", "i:");
    private static final CFunction UMASK = new CFunction("umask", "i:i");
    private static final CFunction GETRANDOM = new CFunction("getrandom", "l:pli");
    private static final CFunction CLOCK_GETTIME = new CFunction("clock_gettime", "i:ip");

    private static final boolean IS_AARCH64 = System.getProperty("os.arch").equals("aarch64");
    private static final int STATFS_SIZE = 120;
    private static final int STATFS_AVAILABLE_AT = 32;
    private static final int STATFS_FRAGMENT_AT = 72;
    private static final long NANOS = 1_000_000_000L;

    private static int invoke(CFunction function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) function.call(arena, arguments);
        }
    }

    /** A call whose parameters are one path and perhaps a number. */
    private static int path(CFunction function, String path, Object... more) {
        try (Arena arena = Arena.ofConfined()) {
            if (isCut(path)) {
                return Errno.EINVAL.negated();
            }
            Object[] arguments = new Object[1 + more.length];
            arguments[0] = arena.allocateFrom(path);
            System.arraycopy(more, 0, arguments, 1, more.length);
            return (int) function.call(arena, arguments);
        }
    }

    /**
     * C ends a text at its first zero: such a path would name another file than the one asked for.
     */
    private static boolean isCut(String... texts) {
        for (String text : texts) {
            if (text.indexOf('\0') >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCut(byte[][] texts) {
        for (byte[] text : texts) {
            for (byte b : text) {
                if (b == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static MemorySegment room(Arena arena, int length) {
        return arena.allocate(Math.max(length, 1), 8);
    }

    private static MemorySegment copy(Arena arena, byte[] data, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, data.length);
        MemorySegment segment = room(arena, length);
        MemorySegment.copy(data, offset, segment, JAVA_BYTE, 0, length);
        return segment;
    }

    /** Reads into memory of the call's own, then copies what arrived. */
    private static int filled(
            CFunction function, byte[] data, int offset, int length, Filling call) {
        Objects.checkFromIndexSize(offset, length, data.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = room(arena, length);
            int count = (int) function.call(arena, call.arguments(to));
            MemorySegment.copy(to, JAVA_BYTE, 0, data, offset, Math.clamp(count, 0, length));
            return count;
        }
    }

    /** The arguments of a call that fills the given memory. */
    private interface Filling {
        Object[] arguments(MemorySegment to);
    }

    private static Object[] arguments(Object... values) {
        return values;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return invoke(SOCKET, domain, type, protocol);
    }

    @Override
    public int bind(int fd, byte[] address) {
        return address(BIND, fd, address);
    }

    @Override
    public int connect(int fd, byte[] address) {
        return address(CONNECT, fd, address);
    }

    private static int address(CFunction function, int fd, byte[] address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copied = copy(arena, address, 0, address.length);
            return (int) function.call(arena, fd, copied, address.length);
        }
    }

    @Override
    public int setsockopt(int fd, int level, int name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = copy(arena, value, 0, value.length);
            return (int) SETSOCKOPT.call(arena, fd, level, name, data, value.length);
        }
    }

    @Override
    public int send(int fd, byte[] data, int offset, int length, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    SEND.call(arena, fd, copy(arena, data, offset, length), (long) length, flags);
        }
    }

    @Override
    public int recv(int fd, byte[] data, int offset, int length, int flags) {
        return filled(RECV, data, offset, length, to -> arguments(fd, to, (long) length, flags));
    }

    @Override
    public int poll(byte[] pollfds, int count, int timeoutMillis) {
        int size = Math.multiplyExact(count, 8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = copy(arena, pollfds, 0, size);
            int answer = (int) POLL.call(arena, table, (long) count, timeoutMillis);
            MemorySegment.copy(table, JAVA_BYTE, 0, pollfds, 0, size);
            return answer;
        }
    }

    /** A JVM has many threads and cannot live on after a fork: always -ENOSYS. */
    @Override
    public int open(String path, int flags, int mode) {
        return path(OPEN, path, ofThisMachine(flags), mode);
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        int length = lengthOf(path);
        if (length == path.length) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) OPENAT.call(
                    arena, dirFd, copy(arena, path, 0, length + 1), ofThisMachine(flags), mode);
        }
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        int length = lengthOf(path);
        if (length == path.length) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) UNLINKAT.call(arena, dirFd, copy(arena, path, 0, length + 1), flags);
        }
    }

    /** On aarch64 two flags have other numbers than on x86-64: a quarter of them. */
    private static int ofThisMachine(int flags) {
        int both = flags & (Linux.O_DIRECTORY | Linux.O_NOFOLLOW);
        return IS_AARCH64 ? flags - both + both / 4 : flags;
    }

    /** How many bytes there are before the first zero. */
    private static int lengthOf(byte[] text) {
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return length;
    }

    @Override
    public int read(int fd, byte[] data, int offset, int length) {
        return filled(READ, data, offset, length, to -> arguments(fd, to, (long) length));
    }

    @Override
    public int write(int fd, byte[] data, int offset, int length) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) WRITE.call(arena, fd, copy(arena, data, offset, length), (long) length);
        }
    }

    @Override
    public int pread(int fd, byte[] data, int offset, int length, long position) {
        return filled(
                PREAD, data, offset, length, to -> arguments(fd, to, (long) length, position));
    }

    @Override
    public int pwrite(int fd, byte[] data, int offset, int length, long position) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = copy(arena, data, offset, length);
            return (int) PWRITE.call(arena, fd, from, (long) length, position);
        }
    }

    @Override
    public int ftruncate(int fd, long length) {
        return invoke(FTRUNCATE, fd, length);
    }

    @Override
    public int close(int fd) {
        return invoke(CLOSE, fd);
    }

    @Override
    public int fsync(int fd) {
        return invoke(FSYNC, fd);
    }

    @Override
    public int fchmod(int fd, int mode) {
        return invoke(FCHMOD, fd, mode);
    }

    @Override
    public int fchown(int fd, int uid, int gid) {
        return invoke(FCHOWN, fd, uid, gid);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return invoke(IOCTL, fd, request, argument);
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = copy(arena, argument, 0, argument.length);
            int answer = (int) IOCTL_AT.call(arena, fd, request, data);
            MemorySegment.copy(data, JAVA_BYTE, 0, argument, 0, argument.length);
            return answer;
        }
    }

    @Override
    public int flock(int fd, int operation) {
        return invoke(FLOCK, fd, operation);
    }

    @Override
    public int renameat(int fromDirFd, String from, int toDirFd, String to) {
        if (isCut(from, to)) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) RENAMEAT.call(
                    arena, fromDirFd, arena.allocateFrom(from), toDirFd, arena.allocateFrom(to));
        }
    }

    @Override
    public int linkat(int fromDirFd, String from, int toDirFd, String to) {
        if (isCut(from, to)) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) LINKAT.call(
                    arena, fromDirFd, arena.allocateFrom(from), toDirFd, arena.allocateFrom(to), 0);
        }
    }

    @Override
    public int symlink(String target, String path) {
        if (isCut(target, path)) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) SYMLINK.call(arena, arena.allocateFrom(target), arena.allocateFrom(path));
        }
    }

    @Override
    public int unlink(String path) {
        return path(UNLINK, path);
    }

    @Override
    public int mkdir(String path, int mode) {
        return path(MKDIR, path, mode);
    }

    @Override
    public int rmdir(String path) {
        return path(RMDIR, path);
    }

    @Override
    public int readlink(String path, byte[] data) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        try (Arena names = Arena.ofConfined()) {
            MemorySegment name = names.allocateFrom(path);
            return filled(
                    READLINK, data, 0, data.length, to -> arguments(name, to, (long) data.length));
        }
    }

    @Override
    public int getdents64(int fd, byte[] data) {
        return filled(
                GETDENTS64, data, 0, data.length, to -> arguments(fd, to, (long) data.length));
    }

    @Override
    public int statx(int dirFd, String path, int flags, int mask, byte[] data) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        Objects.checkFromIndexSize(0, 256, data.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = room(arena, 256);
            int answer = (int) STATX.call(arena, dirFd, arena.allocateFrom(path), flags, mask, to);
            MemorySegment.copy(to, JAVA_BYTE, 0, data, 0, answer < 0 ? 0 : 256);
            return answer;
        }
    }

    @Override
    public long fsType(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = room(arena, STATFS_SIZE);
            long answer = FSTATFS.call(arena, fd, to);
            return answer < 0 ? answer : to.get(JAVA_LONG, 0) & 0xffffffffL;
        }
    }

    @Override
    public long fsFree(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = room(arena, STATFS_SIZE);
            long answer = FSTATFS.call(arena, fd, to);
            return answer < 0
                    ? answer
                    : to.get(JAVA_LONG, STATFS_AVAILABLE_AT)
                            * to.get(JAVA_LONG, STATFS_FRAGMENT_AT);
        }
    }

    @Override
    public int futimens(int fd, long accessNanos, long modificationNanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = arena.allocateFrom(
                    JAVA_LONG,
                    Math.floorDiv(accessNanos, NANOS),
                    Math.floorMod(accessNanos, NANOS),
                    Math.floorDiv(modificationNanos, NANOS),
                    Math.floorMod(modificationNanos, NANOS));
            return (int) FUTIMENS.call(arena, fd, times);
        }
    }

    @Override
    public int setns(int fd, int type) {
        return invoke(SETNS, fd, type);
    }

    @Override
    public int unshare(int flags) {
        return invoke(UNSHARE, flags);
    }

    @Override
    public int mount(String source, String target, String type, long flags, String data) {
        if (isCut(source, target, type, data)) {
            return Errno.EINVAL.negated();
        }
        try (Arena arena = Arena.ofConfined()) {
            return (int) MOUNT.call(
                    arena,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target),
                    arena.allocateFrom(type),
                    flags,
                    arena.allocateFrom(data));
        }
    }

    @Override
    public int umount2(String target, int flags) {
        return path(UMOUNT2, target, flags);
    }

    @Override
    public int spawn(
            String path,
            String[] arguments,
            byte[][] environment,
            int stdin,
            int stdout,
            int stderr) {
        if (isCut(path) || isCut(arguments) || isCut(environment)) {
            return Errno.EINVAL.negated();
        }
        return new Spawn(path, arguments, environment).start(new int[] {stdin, stdout, stderr});
    }

    @Override
    public int waitpid(int pid, int[] status, int options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(JAVA_INT);
            int answer = (int) WAITPID.call(arena, pid, to, options);
            status[0] = to.get(JAVA_INT, 0);
            return answer;
        }
    }

    @Override
    public int pipe2(int[] fds, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(JAVA_INT, 2);
            int answer = (int) PIPE2.call(arena, to, flags);
            if (answer == 0) {
                fds[0] = to.getAtIndex(JAVA_INT, 0);
                fds[1] = to.getAtIndex(JAVA_INT, 1);
            }
            return answer;
        }
    }

    @Override
    public int kill(int pid, int signal) {
        return invoke(KILL, pid, signal);
    }

    @Override
    public int getpid() {
        return (int) ProcessHandle.current().pid();
    }

    @Override
    public int geteuid() {
        return invoke(GETEUID);
    }

    @Override
    public int umask(int mask) {
        return invoke(UMASK, mask);
    }

    @Override
    public int getrandom(byte[] data, int flags) {
        return filled(
                GETRANDOM, data, 0, data.length, to -> arguments(to, (long) data.length, flags));
    }

    /** From C's own table: {@code System.getenv()} loses the order. */
    @Override
    @SuppressWarnings("restricted")
    public byte[][] environ() {
        MemorySegment table = CFunction.find("environ")
                .reinterpret(8)
                .get(ADDRESS, 0)
                .reinterpret(Long.MAX_VALUE);
        List<byte[]> entries = new ArrayList<>();
        for (long at = 0; table.get(JAVA_LONG, at) != 0; at += 8) {
            MemorySegment text = table.get(ADDRESS, at).reinterpret(Long.MAX_VALUE);
            // One byte a character, whatever it is.
            entries.add(text.getString(0, ISO_8859_1).getBytes(ISO_8859_1));
        }
        return entries.toArray(new byte[0][]);
    }

    @Override
    public long clockNanos(int clock) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = arena.allocate(JAVA_LONG, 2);
            long answer = CLOCK_GETTIME.call(arena, clock, to);
            return answer < 0
                    ? answer
                    : to.getAtIndex(JAVA_LONG, 0) * NANOS + to.getAtIndex(JAVA_LONG, 1);
        }
    }

    @Override
    public void exit(int code) {
        Runtime.getRuntime().halt(code);
    }
}
