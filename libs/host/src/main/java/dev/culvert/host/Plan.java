// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an attachment needs on this host, described once: ADD applies it, CHECK verifies it, a log
 * prints it; DEL and GC remove what carries its mark.
 *
 * @param steps in the order in which they are applied
 */
public record Plan(List<Step> steps) {
    /** Copies the list. */
    public Plan {
        steps = List.copyOf(steps);
    }

    /**
     * Applies step after step; the first failure ends it, and the caller's {@link Undo} takes back
     * what was done.
     */
    public void apply(Site site, Undo undo) {
        for (Step step : steps) {
            step.apply(site, undo);
        }
    }

    /** The first difference between the kernel and the plan. */
    public Optional<Drift> verify(Site site) {
        for (Step step : steps) {
            Optional<Drift> drift = step.verify(site);
            if (drift.isPresent()) {
                return drift;
            }
        }
        return Optional.empty();
    }

    /** All steps in words. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        steps.forEach(step -> lines.addAll(step.describe()));
        return lines;
    }
}
