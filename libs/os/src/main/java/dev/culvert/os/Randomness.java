// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

/** What nobody can guess. @kernel drivers/char/random.c */
public final class Randomness {
    private Randomness() {}

    /** That many random bytes, at most 256. */
    public static byte[] bytes(Libc libc, int size) {
        byte[] random = new byte[size];
        int length;
        do {
            length = libc.getrandom(random, 0);
        } while (length == Errno.EINTR.negated());
        ErrnoException.check("read random bytes", "", length);
        return random;
    }

    /** A number from 0 to 2^30 - 1. */
    public static int number(Libc libc) {
        byte[] random = bytes(libc, 4);
        return random[0] & 0xff
                | (random[1] & 0xff) << 8
                | (random[2] & 0xff) << 16
                | (random[3] & 0x3f) << 24;
    }
}
