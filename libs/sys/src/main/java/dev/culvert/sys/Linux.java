// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys;

/**
 * Numbers of Linux that system calls take, by header. Those that differ between machines are
 * {@link Libc}'s.
 */
public final class Linux {
    // asm-generic/fcntl.h
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_CLOEXEC = 02000000;
    // These two as on x86-64: Libc puts the machine's own in their place.
    public static final int O_DIRECTORY = 0200000;
    public static final int O_NOFOLLOW = 0400000;
    public static final int AT_FDCWD = -100;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_EMPTY_PATH = 0x1000;

    // linux/fcntl.h, sys/file.h
    public static final int LOCK_SH = 1;
    public static final int LOCK_EX = 2;
    public static final int LOCK_NB = 4;
    public static final int LOCK_UN = 8;

    // linux/stat.h: struct statx
    public static final int STATX_BASIC_STATS = 0x7ff;
    public static final int STATX_SIZE = 256;
    public static final int STATX_MODE_AT = 28;
    public static final int STATX_INO_AT = 32;
    public static final int STATX_SIZE_AT = 40;
    public static final int STATX_MTIME_SECONDS_AT = 112;
    public static final int STATX_MTIME_NANOS_AT = 120;
    public static final int STATX_DEV_MAJOR_AT = 136;
    public static final int STATX_DEV_MINOR_AT = 140;
    public static final int S_IFMT = 0170000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFLNK = 0120000;

    // linux/magic.h
    public static final int NSFS_MAGIC = 0x6e736673;
    public static final int PROC_SUPER_MAGIC = 0x9fa0;

    // linux/sched.h
    public static final int CLONE_NEWNS = 0x00020000;
    public static final int CLONE_NEWNET = 0x40000000;

    // linux/socket.h
    public static final int AF_UNSPEC = 0;
    public static final int AF_INET = 2;
    public static final int AF_BRIDGE = 7;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 02000000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVBUF = 8;
    public static final int SOL_NETLINK = 270;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int POLLIN = 1;

    // linux/netlink.h
    public static final int NETLINK_ROUTE = 0;
    public static final int NETLINK_NETFILTER = 12;
    public static final int NETLINK_CAP_ACK = 10;
    public static final int NETLINK_EXT_ACK = 11;
    public static final int NETLINK_GET_STRICT_CHK = 12;

    // linux/time.h
    public static final int CLOCK_REALTIME = 0;
    public static final int CLOCK_MONOTONIC = 1;

    // linux/wait.h, linux/signal.h
    public static final int WNOHANG = 1;
    public static final int SIGKILL = 9;

    // linux/mount.h
    public static final int MS_RDONLY = 1;
    public static final int MS_REMOUNT = 32;
    public static final int MS_BIND = 4096;
    public static final int MS_REC = 16384;
    public static final int MS_PRIVATE = 1 << 18;
    public static final int MNT_DETACH = 2;

    private Linux() {}
}
