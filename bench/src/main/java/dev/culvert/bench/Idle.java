// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until the machine has little to do. The kernel takes namespaces apart in the background,
 * seconds after the scenario that dropped them; the next one should not pay for that.
 */
final class Idle {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final double ENOUGH = 0.85;

    private Idle() {}

    /**
     * Returns after a tenth of a second of idleness, or at the deadline on a machine that is never
     * idle.
     */
    static void await(long deadlineMillis) {
        long deadline = System.nanoTime() + deadlineMillis * 1_000_000;
        long[] before = read();
        while (System.nanoTime() < deadline) {
            LockSupport.parkNanos(WINDOW_NANOS);
            long[] after = read();
            if (share(before, after) >= ENOUGH) {
                return;
            }
            before = after;
        }
    }

    private static double share(long[] before, long[] after) {
        long all = after[1] - before[1];
        return all <= 0 ? 0 : (after[0] - before[0]) / (double) all;
    }

    /** Idle ticks and all ticks; see proc(5), /proc/stat. */
    private static long[] read() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            String[] words = lines.findFirst().orElseThrow().trim().split(" +");
            long all = 0;
            for (int i = 1; i < words.length; i++) {
                all += Long.parseLong(words[i]);
            }
            return new long[] {Long.parseLong(words[4]) + Long.parseLong(words[5]), all};
        } catch (IOException e) {
            return new long[] {0, 0};
        }
    }
}
