// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Tells the waiting user on stderr what is going on, a line at a time, with the seconds since the
 * start.
 */
final class Progress {
    private final PrintStream out;
    private final long started = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String what) {
        out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - started) / 1e9, what);
    }
}
