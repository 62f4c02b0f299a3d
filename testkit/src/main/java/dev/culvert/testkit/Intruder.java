// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Root of a container, who sends what he likes to every netlink socket of the namespace, as the
 * kernel would: forged refusals, and announcements of links to whoever listens for them.
 */
public final class Intruder {
    private static final Path SOCKETS = Path.of("/proc/thread-self/net/netlink");
    private static final int FORGED = 64;
    private static final int RTM_NEWLINK = 16;
    private static final int NLMSG_ERROR = 2;
    private static final int ERROR_SIZE = 36;
    private static final int GROUP_LINK = 1;
    private static final int ECONNREFUSED = 111;

    private final Libc libc = new FfmLibc();
    private volatile long taken;
    private volatile long refused;
    private volatile long announced;

    /** How many datagrams a socket took that the intruder does not own. */
    public long taken() {
        return taken;
    }

    /** How many it was refused. */
    public long refused() {
        return refused;
    }

    /** How many announcements were sent. */
    public long announced() {
        return announced;
    }

    /**
     * Sends refusals of the requests with the numbers from 1 on to all rtnetlink sockets of the
     * calling thread's namespace, so many times each.
     */
    public void forge(int times) {
        byte[] datagram = refusals();
        for (int port : ports()) {
            int fd = open(port, 0);
            for (int i = 0; i < times; i++) {
                int sent = libc.send(fd, datagram, 0, datagram.length, Linux.MSG_DONTWAIT);
                if (sent == -ECONNREFUSED) {
                    refused++;
                } else if (sent >= 0 || sent == Errno.EAGAIN.negated()) {
                    taken++;
                }
            }
            libc.close(fd);
        }
    }

    /** Announces a link to all that listen in the calling thread's namespace, so many times. */
    public void announce(int times) {
        byte[] datagram = ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(32)
                .putShort((short) RTM_NEWLINK)
                .array();
        int fd = open(0, GROUP_LINK);
        for (int i = 0; i < times; i++) {
            libc.send(fd, datagram, 0, datagram.length, Linux.MSG_DONTWAIT);
            announced++;
        }
        libc.close(fd);
    }

    // struct sockaddr_nl { family u16, pad u16, port id u32, groups u32 }
    private int open(int port, int groups) {
        int fd = Answers.require(
                "open netlink socket",
                libc.socket(
                        Linux.AF_NETLINK,
                        Linux.SOCK_RAW | Linux.SOCK_CLOEXEC,
                        Linux.NETLINK_ROUTE));
        byte[] address = ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) Linux.AF_NETLINK)
                .putInt(4, port)
                .putInt(8, groups)
                .array();
        Answers.require("connect to port id " + port, libc.connect(fd, address));
        return fd;
    }

    /** A line is: address of the socket, protocol, port id, groups and more. */
    private static List<Integer> ports() {
        try {
            List<Integer> ports = new ArrayList<>();
            for (String line : Files.readAllLines(SOCKETS)) {
                String[] words = line.strip().split(" +");
                if (words[1].equals("0") && !words[2].equals("0")) {
                    ports.add(Integer.parseUnsignedInt(words[2]));
                }
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // struct nlmsghdr { length u32, type u16, flags u16, sequence u32, port id u32 }
    // struct nlmsgerr { error s32, the request's nlmsghdr }
    private static byte[] refusals() {
        ByteBuffer data = ByteBuffer.allocate(FORGED * ERROR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (int sequence = 1; sequence <= FORGED; sequence++) {
            data.putInt(ERROR_SIZE).putShort((short) NLMSG_ERROR).putShort((short) 0);
            data.putInt(sequence).putInt(0).putInt(Errno.EPERM.negated());
            data.putInt(16).putInt(0).putInt(sequence).putInt(0);
        }
        return data.array();
    }
}
