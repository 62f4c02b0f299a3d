// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.os.Poll;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.wire.netlink.Rt;

/**
 * Is woken by the kernel's announcements about links and IPv6 addresses in the namespace where it
 * was opened. What they say is not read: some are lost when they come fast, so the caller looks for
 * itself.
 */
public final class LinkMonitor implements AutoCloseable {
    private static final int BUFFER = 64;
    /**
     * So many announcements are taken before the caller looks, and so often he looks early. Root of
     * a container can announce without end, and each look costs memory.
     */
    private static final int BOUND = 64;

    private final Libc libc;
    private final int fd;
    private final byte[] buffer = new byte[BUFFER];

    private LinkMonitor(Libc libc, int fd) {
        this.libc = libc;
        this.fd = fd;
    }

    // struct sockaddr_nl { family u16, pad u16, pid u32, groups u32 }
    public static LinkMonitor open(Libc libc) {
        int groups = Rt.GROUP_LINK | Rt.GROUP_IPV6_ADDRESS;
        int fd = ErrnoException.check(
                "open netlink socket",
                "for announcements",
                libc.socket(
                        Linux.AF_NETLINK,
                        Linux.SOCK_RAW | Linux.SOCK_CLOEXEC,
                        Linux.NETLINK_ROUTE));
        byte[] address = {
            Linux.AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, (byte) groups, (byte) (groups >> 8), 0, 0
        };
        int bound = libc.bind(fd, address);
        if (bound < 0) {
            libc.close(fd);
            throw new ErrnoException("join link announcements", "", bound);
        }
        Channel.connect(libc, fd);
        return new LinkMonitor(libc, fd);
    }

    /** What is waited for. */
    public interface Condition {
        boolean holds();
    }

    /**
     * Waits until a condition holds: it is asked at once, after each of the first announcements,
     * and when none came for so long.
     *
     * @return false if it did not hold within the limit
     */
    public static boolean await(
            Libc libc,
            Condition condition,
            long limitNanos,
            int lookAgainMillis,
            LinkMonitor... monitors) {
        long deadline = libc.clockNanos(Linux.CLOCK_MONOTONIC) + limitNanos;
        int[] fds = new int[monitors.length];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = monitors[i].fd;
        }
        Poll news = new Poll(libc, fds);
        Poll time = new Poll(libc);
        int early = 0;
        while (!condition.holds()) {
            if (libc.clockNanos(Linux.CLOCK_MONOTONIC) > deadline) {
                return false;
            }
            if (early == BOUND) {
                time.await(lookAgainMillis);
                continue;
            }
            news.await(lookAgainMillis);
            early += drain(news, monitors) ? 1 : 0;
        }
        return true;
    }

    /** Whether one of them was woken; none is afterwards. */
    private static boolean drain(Poll news, LinkMonitor[] monitors) {
        boolean woken = false;
        for (int i = 0; i < monitors.length; i++) {
            if (news.isReady(i)) {
                woken = true;
                monitors[i].drain();
            }
        }
        return woken;
    }

    /** Takes what has been announced so far, without waiting and without a look at it. */
    private void drain() {
        for (int i = 0; i < BOUND; i++) {
            int length = libc.recv(fd, buffer, 0, buffer.length, Linux.MSG_DONTWAIT);
            if (length < 0
                    && length != Errno.EINTR.negated()
                    && length != Errno.ENOBUFS.negated()) {
                return;
            }
        }
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
