// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.teavm;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Detached;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;

import org.teavm.interop.Address;

/**
 * The system calls in the native binary, as direct C calls.
 *
 * <p>Java arrays are handed over where they lie, without a copy. That holds because TeaVM's
 * collector runs only inside an allocation and its threads are fibers of one kernel thread: between
 * {@code Address.ofData} and the return of the C call nothing can move. Hence the rules of this
 * package: nothing is allocated (no string, no array) in that span, and no address outlives the
 * expression that made it, unless it came from malloc. Bounds are checked here, since C checks
 * none.
 */
public final class CLibc implements Detached {
    private static final int STATX_SIZE = 256;
    private static final int STATFS_SIZE = 128;
    private static final int STATFS_AVAILABLE_AT = 32;
    private static final int STATFS_FRAGMENT_AT = 72;
    private static final long NANOS = 1_000_000_000L;
    static final int SIGPIPE = 13;
    static final int SIGXFSZ = 25;
    static final int SIG_DFL = 0;
    private static final int SIG_IGN = 1;

    /**
     * From here on a reader that has gone away is -EPIPE and a file that may not grow is -EFBIG, as
     * on the JVM: a signal would end the process between two steps, without undo.
     */
    public CLibc() {
        C.signal(SIGPIPE, Address.fromInt(SIG_IGN));
        C.signal(SIGXFSZ, Address.fromInt(SIG_IGN));
    }

    /**
     * The name that this program was called by (C's argv[0]), which may be a path; empty if the
     * caller gave none.
     */
    public static String programName() {
        Address name = C.programName();
        return name.toLong() == 0 ? "" : java(name);
    }

    static int result(long value) {
        return value < 0 ? -C.errnoLocation().getInt() : (int) value;
    }

    /** The text as C wants it: UTF-8, ended by a zero. */
    static byte[] c(String text) {
        return c(Utf8.encode(text));
    }

    /** The same for bytes. */
    static byte[] c(byte[] data) {
        byte[] result = new byte[data.length + 1];
        System.arraycopy(data, 0, result, 0, data.length);
        return result;
    }

    /**
     * C ends a text at its first zero: such a path would name another file than the one asked for.
     */
    static boolean isCut(String text) {
        return text.indexOf('\0') >= 0;
    }

    static boolean isCut(byte[] text) {
        for (byte b : text) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    private static String java(Address text) {
        return Utf8.decode(bytes(text));
    }

    private static byte[] bytes(Address text) {
        byte[] data = new byte[(int) C.strlen(text)];
        Address.moveMemoryBlock(text, Address.ofData(data), data.length);
        return data;
    }

    private static void checkBounds(byte[] data, int offset, int length) {
        if (offset < 0 || length < 0 || length > data.length - offset) {
            throw new IndexOutOfBoundsException("range [" + offset + ", " + offset + " + " + length
                    + ") out of bounds for length " + data.length);
        }
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return result(C.socket(domain, type, protocol));
    }

    @Override
    public int bind(int fd, byte[] address) {
        return result(C.bind(C.bindNumber(), fd, Address.ofData(address), address.length));
    }

    @Override
    public int connect(int fd, byte[] address) {
        return result(C.connect(C.connectNumber(), fd, Address.ofData(address), address.length));
    }

    @Override
    public int setsockopt(int fd, int level, int name, byte[] value) {
        return result(C.setsockopt(fd, level, name, Address.ofData(value), value.length));
    }

    @Override
    public int send(int fd, byte[] data, int offset, int length, int flags) {
        checkBounds(data, offset, length);
        return result(C.send(fd, Address.ofData(data).add(offset), length, flags));
    }

    @Override
    public int recv(int fd, byte[] data, int offset, int length, int flags) {
        checkBounds(data, offset, length);
        return result(C.recv(fd, Address.ofData(data).add(offset), length, flags));
    }

    @Override
    public int poll(byte[] pollfds, int count, int timeoutMillis) {
        checkBounds(pollfds, 0, Math.multiplyExact(count, 8));
        return result(C.poll(Address.ofData(pollfds), count, timeoutMillis));
    }

    @Override
    public int sendDetached(int fd, byte[] data, int offset, int length, int held) {
        checkBounds(data, offset, length);
        return new DetachedSend(fd, data, offset, length, held).start();
    }

    @Override
    public int open(String path, int flags, int mode) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.open(Address.ofData(p), ofThisMachine(flags), mode));
    }

    @Override
    public int openat(int dirFd, byte[] path, int flags, int mode) {
        if (!isEnded(path)) {
            return Errno.EINVAL.negated();
        }
        return result(C.openat(dirFd, Address.ofData(path), ofThisMachine(flags), mode));
    }

    @Override
    public int unlinkat(int dirFd, byte[] path, int flags) {
        if (!isEnded(path)) {
            return Errno.EINVAL.negated();
        }
        return result(C.unlinkat(dirFd, Address.ofData(path), flags));
    }

    /** Two flags have other numbers on other machines. */
    private static int ofThisMachine(int flags) {
        int own = flags & ~(Linux.O_DIRECTORY | Linux.O_NOFOLLOW);
        own |= (flags & Linux.O_DIRECTORY) != 0 ? C.directoryFlag() : 0;
        return own | ((flags & Linux.O_NOFOLLOW) != 0 ? C.noFollowFlag() : 0);
    }

    private static boolean isEnded(byte[] text) {
        for (byte b : text) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int read(int fd, byte[] data, int offset, int length) {
        checkBounds(data, offset, length);
        return result(C.read(fd, Address.ofData(data).add(offset), length));
    }

    @Override
    public int write(int fd, byte[] data, int offset, int length) {
        checkBounds(data, offset, length);
        return result(C.write(fd, Address.ofData(data).add(offset), length));
    }

    @Override
    public int pread(int fd, byte[] data, int offset, int length, long position) {
        checkBounds(data, offset, length);
        return result(C.pread(fd, Address.ofData(data).add(offset), length, position));
    }

    @Override
    public int pwrite(int fd, byte[] data, int offset, int length, long position) {
        checkBounds(data, offset, length);
        return result(C.pwrite(fd, Address.ofData(data).add(offset), length, position));
    }

    @Override
    public int ftruncate(int fd, long length) {
        return result(C.ftruncate(fd, length));
    }

    @Override
    public int close(int fd) {
        return result(C.close(fd));
    }

    @Override
    public int fsync(int fd) {
        return result(C.fsync(fd));
    }

    @Override
    public int fchmod(int fd, int mode) {
        return result(C.fchmod(fd, mode));
    }

    @Override
    public int fchown(int fd, int uid, int gid) {
        return result(C.fchown(fd, uid, gid));
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return result(C.ioctl(fd, request, argument));
    }

    @Override
    public int ioctl(int fd, long request, byte[] argument) {
        return result(C.ioctl(fd, request, Address.ofData(argument)));
    }

    @Override
    public int flock(int fd, int operation) {
        return result(C.flock(fd, operation));
    }

    @Override
    public int renameat(int fromDirFd, String from, int toDirFd, String to) {
        if (isCut(from) || isCut(to)) {
            return Errno.EINVAL.negated();
        }
        byte[] f = c(from);
        byte[] t = c(to);
        return result(C.renameat(fromDirFd, Address.ofData(f), toDirFd, Address.ofData(t)));
    }

    @Override
    public int linkat(int fromDirFd, String from, int toDirFd, String to) {
        if (isCut(from) || isCut(to)) {
            return Errno.EINVAL.negated();
        }
        byte[] f = c(from);
        byte[] t = c(to);
        return result(C.linkat(fromDirFd, Address.ofData(f), toDirFd, Address.ofData(t), 0));
    }

    @Override
    public int symlink(String target, String path) {
        if (isCut(target) || isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] t = c(target);
        byte[] p = c(path);
        return result(C.symlink(Address.ofData(t), Address.ofData(p)));
    }

    @Override
    public int unlink(String path) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.unlink(Address.ofData(p)));
    }

    @Override
    public int mkdir(String path, int mode) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.mkdir(Address.ofData(p), mode));
    }

    @Override
    public int rmdir(String path) {
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.rmdir(Address.ofData(p)));
    }

    @Override
    public int readlink(String path, byte[] data) {
        if (isCut(path) || data.length == 0) { // musl answers 0 for no room, the kernel EINVAL.
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.readlink(Address.ofData(p), Address.ofData(data), data.length));
    }

    @Override
    public int getdents64(int fd, byte[] data) {
        return result(C.getdents64(C.getdents64Number(), fd, Address.ofData(data), data.length));
    }

    @Override
    public int statx(int dirFd, String path, int flags, int mask, byte[] data) {
        checkBounds(data, 0, STATX_SIZE);
        if (isCut(path)) {
            return Errno.EINVAL.negated();
        }
        byte[] p = c(path);
        return result(C.statx(
                C.statxNumber(), dirFd, Address.ofData(p), flags, mask, Address.ofData(data)));
    }

    @Override
    public long fsType(int fd) {
        byte[] data = new byte[STATFS_SIZE];
        int answer = result(C.fstatfs(fd, Address.ofData(data)));
        return answer < 0 ? answer : Address.ofData(data).getLong() & 0xffffffffL;
    }

    @Override
    public long fsFree(int fd) {
        byte[] data = new byte[STATFS_SIZE];
        int answer = result(C.fstatfs(fd, Address.ofData(data)));
        return answer < 0
                ? answer
                : Address.ofData(data).add(STATFS_AVAILABLE_AT).getLong()
                        * Address.ofData(data).add(STATFS_FRAGMENT_AT).getLong();
    }

    @Override
    public int futimens(int fd, long accessNanos, long modificationNanos) {
        long[] times = {
            Math.floorDiv(accessNanos, NANOS), Math.floorMod(accessNanos, NANOS),
            Math.floorDiv(modificationNanos, NANOS), Math.floorMod(modificationNanos, NANOS)
        };
        return result(C.futimens(fd, Address.ofData(times)));
    }

    @Override
    public int setns(int fd, int type) {
        return result(C.setns(fd, type));
    }

    @Override
    public int unshare(int flags) {
        return result(C.unshare(flags));
    }

    @Override
    public int mount(String source, String target, String type, long flags, String data) {
        if (isCut(source) || isCut(target) || isCut(type) || isCut(data)) {
            return Errno.EINVAL.negated();
        }
        byte[] s = c(source);
        byte[] t = c(target);
        byte[] y = c(type);
        byte[] d = c(data);
        return result(C.mount(
                Address.ofData(s), Address.ofData(t), Address.ofData(y), flags, Address.ofData(d)));
    }

    @Override
    public int umount2(String target, int flags) {
        if (isCut(target)) {
            return Errno.EINVAL.negated();
        }
        byte[] t = c(target);
        return result(C.umount2(Address.ofData(t), flags));
    }

    @Override
    public int spawn(
            String path,
            String[] arguments,
            byte[][] environment,
            int stdin,
            int stdout,
            int stderr) {
        return new Spawn(path, arguments, environment).start(new int[] {stdin, stdout, stderr});
    }

    @Override
    public int waitpid(int pid, int[] status, int options) {
        return result(C.waitpid(pid, Address.ofData(status), options));
    }

    @Override
    public int pipe2(int[] fds, int flags) {
        return result(C.pipe2(Address.ofData(fds), flags));
    }

    @Override
    public int kill(int pid, int signal) {
        return result(C.kill(pid, signal));
    }

    @Override
    public int getpid() {
        return C.getpid();
    }

    @Override
    public int geteuid() {
        return C.geteuid();
    }

    @Override
    public int umask(int mask) {
        return C.umask(mask);
    }

    @Override
    public int getrandom(byte[] data, int flags) {
        return result(C.getrandom(Address.ofData(data), data.length, flags));
    }

    @Override
    public byte[][] environ() {
        Address table = C.environ();
        int count = 0;
        while (table.add(count * 8).getLong() != 0) {
            count++;
        }
        byte[][] result = new byte[count][];
        for (int i = 0; i < count; i++) {
            result[i] = bytes(table.add(i * 8).getAddress());
        }
        return result;
    }

    @Override
    public long clockNanos(int clock) {
        long[] to = new long[2];
        int answer = result(C.clockGettime(clock, Address.ofData(to)));
        return answer < 0 ? answer : to[0] * NANOS + to[1];
    }

    @Override
    public void exit(int code) {
        C.exit(code);
    }
}
