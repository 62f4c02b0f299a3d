// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import dev.culvert.base.Utf8;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.util.Optional;

/**
 * Which start of this machine we are in.
 *
 * @kernel Documentation/admin-guide/sysctl/kernel.rst, random/boot_id
 */
public final class Boot {
    /** How long an id is: a UUID in text. */
    public static final int ID_LENGTH = 36;

    private static final String ID_PATH = "/proc/sys/kernel/random/boot_id";
    // include/uapi/linux/time.h; unlike CLOCK_MONOTONIC it counts while the machine is suspended.
    private static final int CLOCK_BOOTTIME = 7;

    private static final String OFFSETS_PATH = "/proc/self/timens_offsets";
    private static final long NANOS = 1_000_000_000L;

    private Boot() {}

    /** Another text at every start of the machine, the same until the next. */
    public static String id(Libc libc) {
        byte[] data = new byte[64];
        try (OpenFile file = OpenFile.open(libc, ID_PATH, Linux.O_RDONLY, 0)) {
            int length = Math.min(ID_LENGTH, file.readOnce(data));
            return Utf8.decode(data, 0, length);
        }
    }

    /**
     * When the machine started, in nanoseconds since 1970 as its clock stands now: setting the
     * clock moves it.
     */
    public static long startNanos(Libc libc) {
        return libc.clockNanos(Linux.CLOCK_REALTIME) - libc.clockNanos(CLOCK_BOOTTIME);
    }

    /**
     * How far a time namespace sets the clock of {@link #startNanos} forward: that is what has to
     * be added to it. Zero where there are no such namespaces.
     *
     * @kernel since 5.6, time_namespaces(7), /proc/pid/timens_offsets
     */
    public static long offsetNanos(Libc libc) {
        Optional<byte[]> text = new Files(libc).find(OFFSETS_PATH, 4096);
        return text.isEmpty() ? 0 : offset(Utf8.decode(text.get()));
    }

    /** Of the line {@code boottime SECONDS NANOSECONDS}, with any number of blanks between. */
    static long offset(String text) {
        int at = text.indexOf("boottime");
        if (at < 0) {
            return 0;
        }
        int end = text.indexOf('\n', at);
        String numbers = text.substring(at + 8, end < 0 ? text.length() : end).trim();
        int gap = numbers.lastIndexOf(' ');
        return Long.parseLong(numbers.substring(0, gap).trim()) * NANOS
                + Long.parseLong(numbers.substring(gap + 1));
    }
}
