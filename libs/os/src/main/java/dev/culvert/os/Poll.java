// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

/** Waits until one of some descriptors can be read; those given as -1 are left out. */
public final class Poll {
    private final Libc libc;
    private final byte[] polls;

    // struct pollfd { fd s32, events s16, revents s16 }
    public Poll(Libc libc, int... fds) {
        this.libc = libc;
        polls = new byte[fds.length * 8];
        for (int i = 0; i < fds.length; i++) {
            for (int j = 0; j < 4; j++) {
                polls[i * 8 + j] = (byte) (fds[i] >> (8 * j));
            }
            polls[i * 8 + 4] = Linux.POLLIN;
        }
    }

    /** Waits at most so long; an interruption ends the wait early. */
    public void await(int timeoutMillis) {
        for (int i = 6; i < polls.length; i += 8) {
            polls[i] = 0;
        }
        int ready = libc.poll(polls, polls.length / 8, timeoutMillis);
        if (ready < 0 && ready != Errno.EINTR.negated()) {
            throw new ErrnoException("wait for the kernel", "", ready);
        }
    }

    /** Whether the last wait found the descriptor at a place readable, closed or broken. */
    public boolean isReady(int place) {
        return polls[place * 8 + 6] != 0;
    }
}
