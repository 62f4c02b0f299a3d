// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long the machine keeps a thread from running, so that a test of 50 ms can tell a
 * lost packet from a busy machine: a thread that wants to run every millisecond sees every longer
 * pause.
 */
final class Hiccups implements AutoCloseable {
    private static final long STEP_NANOS = 1_000_000;

    private final Thread thread;
    private volatile long pausesNanos;
    private volatile boolean closed;

    /** Begins to measure. */
    Hiccups() {
        thread = Thread.ofPlatform().name("hiccups").daemon().start(() -> {
            long last = System.nanoTime();
            while (!closed) {
                LockSupport.parkNanos(STEP_NANOS);
                long now = System.nanoTime();
                // Timer slack and the wake-up itself are no pause.
                if (now - last > 5 * STEP_NANOS) {
                    pausesNanos += now - last - STEP_NANOS;
                }
                last = now;
            }
        });
    }

    /**
     * Whether more threads than processors wanted to run over the last minute: some then wait
     * unseen by ours.
     */
    static boolean busyMachine() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return load > Runtime.getRuntime().availableProcessors();
    }

    /** The sum of all pauses so far; the difference of two calls is what fell between them. */
    long pausesNanos() {
        return pausesNanos;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
