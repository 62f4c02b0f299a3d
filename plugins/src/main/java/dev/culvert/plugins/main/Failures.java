// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import java.util.ArrayList;
import java.util.List;

/** Teardown goes on after errors: they are collected here, and thrown once. */
final class Failures {
    private final List<RuntimeException> failures = new ArrayList<>();

    void collect(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    boolean isEmpty() {
        return failures.isEmpty();
    }

    /** Throws the first, with the others suppressed. */
    void throwFirst() {
        if (failures.isEmpty()) {
            return;
        }
        RuntimeException first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        throw first;
    }
}
