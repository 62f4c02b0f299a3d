// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.ArrayList;
import java.util.List;

/**
 * The way back: inverses of what was done, run in reverse order on {@link #close} unless {@link #commit} came first.
 * For try-with-resources; an inverse that fails is added to the first error as suppressed, and the rest still run.
 */
public final class Undo implements AutoCloseable {
    private record Entry(String what, Runnable action) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Remembers an inverse. Push it <em>before</em> an effect that may happen although its answer is an error. */
    public void push(String what, Runnable action) {
        entries.add(new Entry(what, action));
    }

    /** Everything is done: nothing is to be undone any more. */
    public void commit() {
        entries.clear();
    }

    @Override
    public void close() {
        RuntimeException first = null;
        for (int i = entries.size() - 1; i >= 0; i--) {
            try {
                entries.get(i).action.run();
            } catch (RuntimeException e) {
                RuntimeException failed = new IllegalStateException("undo: " + entries.get(i).what + ": "
                        + e.getMessage(), e);
                if (first == null) {
                    first = failed;
                } else {
                    first.addSuppressed(failed);
                }
            }
        }
        entries.clear();
        if (first != null) {
            throw first;
        }
    }
}
