// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys;

/**
 * The system calls, over plain Java values: no pointer, no structure and no errno variable is seen
 * by a caller.
 *
 * <p>Names and order of parameters are C's. Every call that can fail answers a value of zero or
 * more, or the negated errno ({@code -2} is ENOENT). Arrays are read or filled in place and never
 * kept. Calls are not retried: EINTR is the caller's to handle (see {@link Errno#EINTR}). The
 * caller's thread makes the call, which matters for {@link #setns}.
 *
 * <p>Two implementations exist, one on the JVM and one in the native binary; {@code LibcContract}
 * in the test kit holds both to the same behaviour. Tests wrap it to make the n-th call fail.
 */
public interface Libc {
    // sockets

    int socket(int domain, int type, int protocol);

    int bind(int fd, byte[] address);

    /**
     * On a netlink socket, connecting to port id 0 makes the kernel refuse every other sender's
     * datagrams to it; announcements to a group still come.
     */
    int connect(int fd, byte[] address);

    int setsockopt(int fd, int level, int name, byte[] value);

    /**
     * Sends to the peer of a connected socket, or to the kernel on a netlink socket without an
     * address.
     */
    int send(int fd, byte[] data, int offset, int length, int flags);

    /**
     * With {@code MSG_TRUNC} in flags the answer is the datagram's true length, even when it
     * exceeds length.
     */
    int recv(int fd, byte[] data, int offset, int length, int flags);

    /**
     * Waits on an array of {@code struct pollfd} (8 bytes each: fd s32, events s16, revents s16).
     */
    int poll(byte[] pollfds, int count, int timeoutMillis);

    // files

    int open(String path, int flags, int mode);

    /**
     * Opens a path from an open folder on, without an object made on the way: for whoever opens
     * tens of thousands.
     *
     * @param path bytes up to the first zero; without one the answer is {@code -EINVAL}
     */
    int openat(int dirFd, byte[] path, int flags, int mode);

    int read(int fd, byte[] data, int offset, int length);

    int write(int fd, byte[] data, int offset, int length);

    int pread(int fd, byte[] data, int offset, int length, long position);

    int pwrite(int fd, byte[] data, int offset, int length, long position);

    int ftruncate(int fd, long length);

    int close(int fd);

    int fsync(int fd);

    int fchmod(int fd, int mode);

    int fchown(int fd, int uid, int gid);

    int flock(int fd, int operation);

    /** A request that only a device or a file system knows, with a number as its argument. */
    int ioctl(int fd, long request, long argument);

    /** The same with a structure, which is read or filled in place. */
    int ioctl(int fd, long request, byte[] argument);

    /** Either path is from its open folder on, or from {@link Linux#AT_FDCWD}. */
    int renameat(int fromDirFd, String from, int toDirFd, String to);

    /** As {@link #renameat}; a symbolic link gets the second name itself. */
    int linkat(int fromDirFd, String from, int toDirFd, String to);

    int symlink(String target, String path);

    int unlink(String path);

    /** Removes a file by its path from an open folder on; the path is as in {@link #openat}. */
    int unlinkat(int dirFd, byte[] path, int flags);

    int mkdir(String path, int mode);

    int rmdir(String path);

    /** Fills data with the target's bytes, not ended by a zero; answers how many. */
    int readlink(String path, byte[] data);

    /** Fills data with {@code struct linux_dirent64} records; 0 at the end. */
    int getdents64(int fd, byte[] data);

    /**
     * Fills data (256 bytes) with {@code struct statx}, whose layout is the same on every machine.
     */
    int statx(int dirFd, String path, int flags, int mask, byte[] data);

    /**
     * The file system's magic number of an open file, as the low 32 bits of {@code statfs.f_type}.
     */
    long fsType(int fd);

    /** The file system's free bytes, or a negated errno. */
    long fsFree(int fd);

    /**
     * Sets access and modification time of an open file or folder, both in nanoseconds since 1970.
     */
    int futimens(int fd, long accessNanos, long modificationNanos);

    // namespaces

    int setns(int fd, int type);

    int unshare(int flags);

    /** {@code type} and {@code data} may be empty. */
    int mount(String source, String target, String type, long flags, String data);

    int umount2(String target, int flags);

    // processes

    /**
     * Starts a program with its standard streams on the given descriptors, every other descriptor
     * as its close-on-exec flag says, an empty signal mask, and (native only) a SIGKILL when this
     * process dies.
     *
     * @param environment entries as bytes, without a zero at the end: what was inherited goes on as
     *     it came
     * @return the pid
     */
    int spawn(
            String path,
            String[] arguments,
            byte[][] environment,
            int stdin,
            int stdout,
            int stderr);

    /** Puts the wait status into {@code status[0]}; answers the pid. */
    int waitpid(int pid, int[] status, int options);

    /** Puts the reading and the writing end into fds. */
    int pipe2(int[] fds, int flags);

    int kill(int pid, int signal);

    int getpid();

    int geteuid();

    int umask(int mask);

    int getrandom(byte[] data, int flags);

    /** All of the environment, as NAME=VALUE, in its order; the bytes need not be UTF-8. */
    byte[][] environ();

    /**
     * The value of a clock ({@link Linux#CLOCK_MONOTONIC}, {@link Linux#CLOCK_REALTIME}) in
     * nanoseconds.
     */
    long clockNanos(int clock);

    /** Ends the process at once. */
    void exit(int code);
}
