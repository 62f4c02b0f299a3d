// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the values of one scenario. A variant that failed once has no numbers at all. */
final class Sheet {
    private final Map<Variant, Map<String, List<Double>>> values = new LinkedHashMap<>();
    private final Map<Variant, String> failures = new LinkedHashMap<>();

    Sheet(List<Variant> variants) {
        variants.forEach(variant -> values.put(variant, new LinkedHashMap<>()));
    }

    void note(Variant variant, String what, double value) {
        values.get(variant).computeIfAbsent(what, w -> new ArrayList<>()).add(value);
    }

    void fail(Variant variant, String message) {
        failures.putIfAbsent(variant, message);
    }

    boolean isAlive(Variant variant) {
        return !failures.containsKey(variant);
    }

    /**
     * Does something with a variant unless it failed before; when it fails in this, that is noted.
     */
    void attempt(Variant variant, Runnable work) {
        if (!isAlive(variant)) {
            return;
        }
        try {
            work.run();
        } catch (BrokenVariantException e) {
            fail(variant, e.getMessage());
        }
    }

    Row row(String what, Unit unit, Optional<Target> target) {
        return row(what, what, unit, target, false);
    }

    /**
     * The same values under a longer name, ours from the variant whose DEL waits for the
     * acknowledgement.
     */
    Row acknowledgedRow(String what, Unit unit) {
        return row(what, what + ", acknowledged", unit, Optional.empty(), true);
    }

    Cell cell(Variant variant, String what) {
        List<Double> samples = values.get(variant).getOrDefault(what, List.of());
        if (!isAlive(variant)) {
            return new Cell.Failed(failures.get(variant));
        }
        return samples.isEmpty()
                ? new Cell.Failed("not measured")
                : new Cell.Measured(new Samples(samples));
    }

    private Row row(
            String what, String name, Unit unit, Optional<Target> target, boolean acknowledged) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        for (Variant variant : values.keySet()) {
            if (!variant.peer().isOurs() || variant.isAcknowledged() == acknowledged) {
                cells.put(variant.peer().name(), cell(variant, what));
            }
        }
        return new Row(name, unit, cells, target);
    }
}
