// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static dev.culvert.testkit.LibcContract.put32;
import static dev.culvert.testkit.LibcContract.s32;
import static dev.culvert.testkit.LibcContract.u16;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/** The part of {@link LibcContract} about sockets. */
final class SocketContract {
    private static final int ENOTSOCK = -88;
    private static final int EDESTADDRREQ = -89;
    private static final int ENOPROTOOPT = -92;
    private static final int MSG_PEEK = 2;
    private static final int POLLNVAL = 0x20;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int NLM_F_REQUEST_ACK = 5;

    private final Libc libc;
    private final String folder;
    private final ContractReport report;
    private final byte[] buffer = new byte[8192];

    SocketContract(Libc libc, String folder, ContractReport report) {
        this.libc = libc;
        this.folder = folder;
        this.report = report;
    }

    void sockets() {
        report.refused("unknown family", Errno.EAFNOSUPPORT, libc.socket(99, Linux.SOCK_DGRAM, 0));
        report.refused("unknown type", Errno.EINVAL, libc.socket(Linux.AF_INET, 77, 0));
        report.refused(
                "unknown protocol",
                Errno.EPROTONOSUPPORT,
                libc.socket(Linux.AF_NETLINK, Linux.SOCK_RAW, 31));
        int udp = libc.socket(Linux.AF_INET, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0);
        report.works("socket", udp);
        report.same("send without a peer", EDESTADDRREQ, libc.send(udp, buffer, 0, 4, 0));
        report.refused(
                "receive while there is nothing",
                Errno.EAGAIN,
                libc.recv(udp, buffer, 0, 4, Linux.MSG_DONTWAIT));
        report.same(
                "setsockopt",
                0,
                libc.setsockopt(udp, Linux.SOL_SOCKET, Linux.SO_RCVBUF, new byte[4]));
        report.refused(
                "setsockopt with too little",
                Errno.EINVAL,
                libc.setsockopt(udp, Linux.SOL_SOCKET, Linux.SO_RCVBUF, new byte[3]));
        report.same(
                "unknown option",
                ENOPROTOOPT,
                libc.setsockopt(udp, Linux.SOL_SOCKET, 9999, new byte[4]));
        report.refused("bind with too little", Errno.EINVAL, libc.bind(udp, new byte[3]));
        report.same("close", 0, libc.close(udp));
        report.refused("bind what is closed", Errno.EBADF, libc.bind(udp, new byte[16]));
        report.refused("send to what is closed", Errno.EBADF, libc.send(udp, buffer, 0, 4, 0));
        report.refused("receive from what is closed", Errno.EBADF, libc.recv(udp, buffer, 0, 4, 0));
        int file = libc.open(folder, Linux.O_RDONLY, 0);
        report.same("receive from no socket", ENOTSOCK, libc.recv(file, buffer, 0, 4, 0));
        report.same("close", 0, libc.close(file));
    }

    void netlink() {
        int fd = libc.socket(
                Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_ROUTE);
        report.works("socket", fd);
        report.same(
                "setsockopt",
                0,
                libc.setsockopt(
                        fd, Linux.SOL_NETLINK, Linux.NETLINK_EXT_ACK, new byte[] {1, 0, 0, 0}));
        report.refused("bind to another family", Errno.EINVAL, libc.bind(fd, new byte[12]));
        byte[] address = new byte[12];
        address[0] = Linux.AF_NETLINK;
        address[8] = 1;
        report.same("bind to a group", 0, libc.bind(fd, address));
        report.refused("connect with too little", Errno.EINVAL, libc.connect(fd, new byte[] {
            Linux.AF_NETLINK, 0, 0
        }));
        byte[] kernel = new byte[12];
        kernel[0] = Linux.AF_NETLINK;
        report.same("connect to the kernel", 0, libc.connect(fd, kernel));
        byte[] request = request(RTM_GETLINK, 1);
        report.same("send from an offset", 32, libc.send(fd, request, 4, 32, 0));
        int peeked = libc.recv(fd, buffer, 0, 20, MSG_PEEK | Linux.MSG_TRUNC);
        report.holds("true length of what was cut", peeked > 20);
        report.same("what was cut", 20, libc.recv(fd, buffer, 0, 20, MSG_PEEK));
        report.holds("all of it to an offset", libc.recv(fd, buffer, 7, 8000, 0) == peeked);
        report.same("length in the message", peeked, s32(buffer, 7));
        report.same("kind of message", 16, u16(buffer, 11));
        report.same("index", 1, s32(buffer, 7 + 20));
        report.same("acknowledged", 0, errno(fd));
        report.same("send", 32, libc.send(fd, request(RTM_DELLINK, 2_000_000_000), 4, 32, 0));
        report.refused("no such link", Errno.ENODEV, errno(fd));
        report.same("close", 0, libc.close(fd));
    }

    /**
     * A request with an acknowledgement about one link, at offset 4: struct nlmsghdr and struct
     * ifinfomsg.
     */
    private static byte[] request(int type, int index) {
        byte[] data = new byte[36];
        put32(data, 4, 32);
        put32(data, 8, type | NLM_F_REQUEST_ACK << 16);
        put32(data, 12, 77);
        put32(data, 24, index);
        return data;
    }

    private int errno(int fd) {
        int length = libc.recv(fd, buffer, 0, buffer.length, 0);
        return length < 20 || u16(buffer, 4) != 2 || s32(buffer, 8) != 77 ? -9999 : s32(buffer, 16);
    }

    void poll() {
        int[] pipe = new int[2];
        libc.pipe2(pipe, Linux.O_CLOEXEC);
        byte[] fds = new byte[24];
        put32(fds, 0, pipe[0]);
        put32(fds, 8, -1);
        put32(fds, 16, pipe[1]);
        fds[4] = Linux.POLLIN;
        fds[12] = Linux.POLLIN;
        report.same("nothing at once", 0, libc.poll(fds, 2, 0));
        long before = libc.clockNanos(Linux.CLOCK_MONOTONIC);
        report.same("nothing within 20 ms", 0, libc.poll(fds, 2, 20));
        report.holds("it waited", libc.clockNanos(Linux.CLOCK_MONOTONIC) - before >= 20_000_000);
        libc.write(pipe[1], fds, 0, 1);
        report.same("something", 1, libc.poll(fds, 3, 1000));
        report.same("it can be read", Linux.POLLIN, u16(fds, 6));
        report.same("nothing is told of the others", 0, u16(fds, 14) + u16(fds, 22));
        libc.close(pipe[0]);
        libc.close(pipe[1]);
        report.same("closed descriptor", 1, libc.poll(fds, 1, 0));
        report.same("it is invalid", POLLNVAL, u16(fds, 6));
    }
}
