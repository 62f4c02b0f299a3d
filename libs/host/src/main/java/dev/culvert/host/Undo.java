// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.ArrayList;
import java.util.List;

/**
 * The way back: inverses of what was done, run in reverse order on {@link #close} unless
 * {@link #commit} came first. For try-with-resources; an inverse that fails is added to the first
 * error as suppressed, and the rest still run.
 */
public final class Undo implements AutoCloseable {
    private record Entry(String what, Runnable action, boolean last) {}

    private final List<Entry> entries = new ArrayList<>();

    /**
     * Remembers an inverse. Push it <em>before</em> an effect that may happen although its answer
     * is an error.
     */
    public void push(String what, Runnable action) {
        entries.add(new Entry(what, action, false));
    }

    /**
     * The same for an inverse that is right only once everything else is undone: an address must
     * not be free while a link is left that may carry it. It runs after all others; if one of them
     * failed, it is skipped and the error says so.
     */
    public void pushLast(String what, Runnable action) {
        entries.add(new Entry(what, action, true));
    }

    /** Everything is done: nothing is to be undone any more. */
    public void commit() {
        entries.clear();
    }

    @Override
    public void close() {
        List<RuntimeException> failures = new ArrayList<>();
        for (boolean last : new boolean[] {false, true}) {
            for (int i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i).last == last) {
                    run(entries.get(i), failures);
                }
            }
        }
        entries.clear();
        if (failures.isEmpty()) {
            return;
        }
        RuntimeException first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        throw first;
    }

    private static void run(Entry entry, List<RuntimeException> failures) {
        String what = "undo: " + entry.what + ": ";
        if (entry.last && !failures.isEmpty()) {
            failures.add(new IllegalStateException(
                    what + "left to DEL, since not all of the rest is undone"));
            return;
        }
        try {
            entry.action.run();
        } catch (RuntimeException e) {
            failures.add(new IllegalStateException(what + e.getMessage(), e));
        }
    }
}
