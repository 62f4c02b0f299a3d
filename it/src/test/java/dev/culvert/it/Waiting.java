// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions that nothing announces. */
public final class Waiting {
    private static final Duration STEP = Duration.ofMillis(10);

    private Waiting() {}

    /** Looks every 10 ms until it is so. */
    public static void until(
            String what, Duration limit, BooleanSupplier isSo, Supplier<String> report) {
        long end = System.nanoTime() + limit.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not within " + limit.toMillis() + " ms: " + what + "\n" + report.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
