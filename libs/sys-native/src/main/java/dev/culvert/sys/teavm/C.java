// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.teavm;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;
import org.teavm.interop.c.Variable;

/**
 * C's own declarations. The header that Include names gives the real prototype, so that variadic
 * functions (open, fcntl, prctl, syscall) are called as such on every machine; every argument of
 * syscall is a long or a pointer.
 *
 * <p>Called by number are: what musl 1.2.3 lacks (statx, close_range) or names by a macro
 * (getdents64), and what glibc declares with a transparent union that takes no untyped pointer
 * (bind, connect).
 */
final class C {
    private C() {}

    @Variable
    @Import(name = "SYS_bind")
    @Include("sys/syscall.h")
    static native int bindNumber();

    @Variable
    @Import(name = "SYS_connect")
    @Include("sys/syscall.h")
    static native int connectNumber();

    @Variable
    @Import(name = "SYS_getdents64")
    @Include("sys/syscall.h")
    static native int getdents64Number();

    @Variable
    @Import(name = "SYS_statx")
    @Include("sys/syscall.h")
    static native int statxNumber();

    @Variable
    @Import(name = "SYS_rt_sigprocmask")
    @Include("sys/syscall.h")
    static native int sigprocmaskNumber();

    @Variable
    @Import(name = "O_DIRECTORY")
    @Include("fcntl.h")
    static native int directoryFlag();

    @Variable
    @Import(name = "O_NOFOLLOW")
    @Include("fcntl.h")
    static native int noFollowFlag();

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long bind(long number, long fd, Address address, long length);

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long connect(long number, long fd, Address address, long length);

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long getdents64(long number, long fd, Address data, long length);

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long statx(
            long number, long fd, Address path, long flags, long mask, Address data);

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long sigprocmask(long number, long how, Address mask, Address old, long size);

    @Import(name = "syscall")
    @Include("unistd.h")
    static native long closeRange(long number, long first, long last, long flags);

    @Import(name = "socket")
    @Include("sys/socket.h")
    static native int socket(int domain, int type, int protocol);

    @Import(name = "setsockopt")
    @Include("sys/socket.h")
    static native int setsockopt(int fd, int level, int name, Address value, int length);

    @Import(name = "send")
    @Include("sys/socket.h")
    static native long send(int fd, Address data, long length, int flags);

    @Import(name = "recv")
    @Include("sys/socket.h")
    static native long recv(int fd, Address data, long length, int flags);

    @Import(name = "poll")
    @Include("poll.h")
    static native int poll(Address fds, long count, int timeout);

    @Import(name = "open")
    @Include("fcntl.h")
    static native int open(Address path, int flags, int mode);

    @Import(name = "unlinkat")
    @Include("unistd.h")
    static native int unlinkat(int dirFd, Address path, int flags);

    @Import(name = "openat")
    @Include("fcntl.h")
    static native int openat(int dirFd, Address path, int flags, int mode);

    @Import(name = "fcntl")
    @Include("fcntl.h")
    static native int fcntl(int fd, int command, int argument);

    @Import(name = "read")
    @Include("unistd.h")
    static native long read(int fd, Address data, long length);

    @Import(name = "write")
    @Include("unistd.h")
    static native long write(int fd, Address data, long length);

    @Import(name = "pread")
    @Include("unistd.h")
    static native long pread(int fd, Address data, long length, long position);

    @Import(name = "pwrite")
    @Include("unistd.h")
    static native long pwrite(int fd, Address data, long length, long position);

    @Import(name = "ftruncate")
    @Include("unistd.h")
    static native int ftruncate(int fd, long length);

    @Import(name = "close")
    @Include("unistd.h")
    static native int close(int fd);

    @Import(name = "fsync")
    @Include("unistd.h")
    static native int fsync(int fd);

    @Import(name = "fchmod")
    @Include("sys/stat.h")
    static native int fchmod(int fd, int mode);

    @Import(name = "fchown")
    @Include("unistd.h")
    static native int fchown(int fd, int uid, int gid);

    @Import(name = "ioctl")
    @Include("sys/ioctl.h")
    static native int ioctl(int fd, long request, long argument);

    @Import(name = "ioctl")
    @Include("sys/ioctl.h")
    static native int ioctl(int fd, long request, Address argument);

    @Import(name = "flock")
    @Include("sys/file.h")
    static native int flock(int fd, int operation);

    @Import(name = "renameat")
    @Include("stdio.h")
    static native int renameat(int fromDirFd, Address from, int toDirFd, Address to);

    @Import(name = "linkat")
    @Include("unistd.h")
    static native int linkat(int fromDirFd, Address from, int toDirFd, Address to, int flags);

    @Import(name = "symlink")
    @Include("unistd.h")
    static native int symlink(Address target, Address path);

    @Import(name = "unlink")
    @Include("unistd.h")
    static native int unlink(Address path);

    @Import(name = "mkdir")
    @Include("sys/stat.h")
    static native int mkdir(Address path, int mode);

    @Import(name = "rmdir")
    @Include("unistd.h")
    static native int rmdir(Address path);

    @Import(name = "readlink")
    @Include("unistd.h")
    static native long readlink(Address path, Address data, long length);

    @Import(name = "fstatfs")
    @Include("sys/vfs.h")
    static native int fstatfs(int fd, Address data);

    @Import(name = "futimens")
    @Include("sys/stat.h")
    static native int futimens(int fd, Address times);

    @Import(name = "setns")
    @Include("sched.h")
    static native int setns(int fd, int type);

    @Import(name = "unshare")
    @Include("sched.h")
    static native int unshare(int flags);

    @Import(name = "mount")
    @Include("sys/mount.h")
    static native int mount(Address source, Address target, Address type, long flags, Address data);

    @Import(name = "umount2")
    @Include("sys/mount.h")
    static native int umount2(Address target, int flags);

    @Import(name = "waitpid")
    @Include("sys/wait.h")
    static native int waitpid(int pid, Address status, int options);

    @Import(name = "pipe2")
    @Include("unistd.h")
    static native int pipe2(Address fds, int flags);

    @Import(name = "fork")
    @Include("unistd.h")
    static native int fork();

    @Import(name = "execve")
    @Include("unistd.h")
    static native int execve(Address path, Address arguments, Address environment);

    @Import(name = "dup2")
    @Include("unistd.h")
    static native int dup2(int from, int to);

    @Import(name = "prctl")
    @Include("sys/prctl.h")
    static native int prctl(int option, long argument);

    @Import(name = "setsid")
    @Include("unistd.h")
    static native int setsid();

    @Import(name = "chdir")
    @Include("unistd.h")
    static native int chdir(Address path);

    @Import(name = "signal")
    @Include("signal.h")
    static native Address signal(int signal, Address handler);

    @Import(name = "kill")
    @Include("signal.h")
    static native int kill(int pid, int signal);

    @Import(name = "getpid")
    @Include("unistd.h")
    static native int getpid();

    @Import(name = "getppid")
    @Include("unistd.h")
    static native int getppid();

    @Import(name = "geteuid")
    @Include("unistd.h")
    static native int geteuid();

    @Import(name = "umask")
    @Include("sys/stat.h")
    static native int umask(int mask);

    @Import(name = "getrandom")
    @Include("sys/random.h")
    static native long getrandom(Address data, long length, int flags);

    @Variable
    @Import(name = "environ")
    @Include("unistd.h")
    static native Address environ();

    @Variable
    @Import(name = "program_invocation_name")
    @Include("errno.h")
    static native Address programName();

    @Import(name = "clock_gettime")
    @Include("time.h")
    static native int clockGettime(int clock, Address to);

    @Import(name = "_exit")
    @Include("unistd.h")
    static native void exit(int code);

    @Import(name = "__errno_location")
    @Include("errno.h")
    static native Address errnoLocation();

    @Import(name = "malloc")
    @Include("stdlib.h")
    static native Address malloc(long size);

    @Import(name = "free")
    @Include("stdlib.h")
    static native void free(Address data);

    @Import(name = "strlen")
    @Include("string.h")
    static native long strlen(Address text);
}
