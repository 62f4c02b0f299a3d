// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.teavm;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;

import org.teavm.interop.Address;

/**
 * One netlink request that a forked child sends, and whose acknowledgement it alone waits for.
 *
 * <p>The kernel acknowledges the end of a veth after 18 to 32 ms, though everything observable is
 * over after one. The child must hold nothing that anybody waits for: the caller's streams (a
 * runtime reads them to their end), locks, namespaces, the working folder. It leaves the session,
 * so that a signal to the caller's group does not reach it. It always ends by _exit: returning
 * would run the caller's code twice.
 */
final class DetachedSend {
    private static final int SOCKET = 0;
    private static final int REPORT = 1;
    private static final int HELD = 2;
    /** The same number on every machine; since Linux 5.9. */
    private static final int SYS_CLOSE_RANGE = 436;

    private static final long ALL = 0xffffffffL;
    /** How far an older kernel's descriptors are closed one by one. */
    private static final int SEARCHED = 65_536;
    /** Children let go of what they hold at the clock's multiples of this. */
    private static final int PERIOD_MILLIS = 100;
    /** Of tv_nsec in struct timespec. */
    private static final int NANOS_AT = 8;

    private static final int NANOS_A_MILLI = 1_000_000;

    private static final int NLMSG_ERROR = 2;
    private static final int TYPE_AT = 4;
    private static final int SEQUENCE_AT = 8;
    private static final int ERRNO_AT = 16;
    private static final int ACK_SIZE = 20;

    private final int fd;
    private final byte[] data;
    private final int offset;
    private final int length;
    private final int held;

    DetachedSend(int fd, byte[] data, int offset, int length, int held) {
        this.fd = fd;
        this.data = data;
        this.offset = offset;
        this.length = length;
        this.held = held;
    }

    /** Answers the pipe's reading end or a negated errno. */
    int start() {
        if (length < ERRNO_AT) {
            return Errno.EINVAL.negated();
        }
        int[] pipe = new int[2];
        int answer = Spawn.openPipe(pipe);
        if (answer < 0) {
            return answer;
        }
        // All that the child needs is made before the fork: it only calls the kernel.
        byte[] root = {'/', 0};
        byte[] reply = new byte[4096];
        int pid = CLibc.result(C.fork());
        if (pid == 0) {
            child(pipe[1], root, reply);
        }
        C.close(pipe[1]);
        if (pid < 0) {
            C.close(pipe[0]);
            return pid;
        }
        return pipe[0];
    }

    private void child(int report, byte[] root, byte[] reply) {
        try {
            C.setsid();
            C.dup2(fd, SOCKET);
            C.dup2(report, REPORT);
            closeFrom(held >= 0 && C.dup2(held, HELD) >= 0 ? HELD + 1 : HELD);
            C.chdir(Address.ofData(root));
            int errno = exchange(reply);
            if (errno != 0) {
                Address.ofData(reply).putInt(errno);
                C.write(REPORT, Address.ofData(reply), 4);
            }
            if (held >= 0) {
                hold(reply);
            }
        } finally {
            C.exit(0);
        }
    }

    /**
     * Waits for the moment at which all children let go together. The last close of an nftables
     * socket after a deletion waits for a grace period of RCU, and everyone's next deletion of a
     * link waits with it. Of many closes at once only the first has something to wait for.
     *
     * @kernel net/netfilter/nf_tables_api.c, nft_rcv_nl_event; net/netfilter/nft_chain_filter.c,
     *     nf_tables_netdev_event
     */
    private static void hold(byte[] scratch) {
        C.close(SOCKET);
        C.close(REPORT);
        Address to = Address.ofData(scratch);
        C.clockGettime(Linux.CLOCK_MONOTONIC, to);
        int passed = (int) (to.add(NANOS_AT).getLong() / NANOS_A_MILLI) % PERIOD_MILLIS;
        C.poll(to, 0, PERIOD_MILLIS - passed);
    }

    private static void closeFrom(int first) {
        if (C.closeRange(SYS_CLOSE_RANGE, first, ALL, 0) < 0) {
            for (int i = first; i < SEARCHED; i++) {
                C.close(i);
            }
        }
    }

    /** Sends, and reads until the acknowledgement of this request; answers its errno, positive. */
    private int exchange(byte[] reply) {
        int answer;
        do {
            answer = CLibc.result(C.send(SOCKET, Address.ofData(data).add(offset), length, 0));
        } while (answer == Errno.EINTR.negated());
        while (answer >= 0 || answer == Errno.EINTR.negated()) {
            answer = CLibc.result(C.recv(SOCKET, Address.ofData(reply), reply.length, 0));
            if (answer >= ACK_SIZE && isAcknowledgement(reply)) {
                answer = Address.ofData(reply).add(ERRNO_AT).getInt();
                break;
            }
            if (answer == 0) {
                return Errno.EPROTO.number();
            }
        }
        return -answer;
    }

    private boolean isAcknowledgement(byte[] reply) {
        return Address.ofData(reply).add(TYPE_AT).getShort() == NLMSG_ERROR
                && Address.ofData(reply).add(SEQUENCE_AT).getInt()
                        == Address.ofData(data).add(offset + SEQUENCE_AT).getInt();
    }
}
