// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.List;

/** Measured values of one thing, at least one, as they came. */
record Samples(List<Double> values) {
    Samples {
        if (values.isEmpty()) {
            throw new IllegalStateException("no samples");
        }
        values = List.copyOf(values);
    }

    int count() {
        return values.size();
    }

    double min() {
        return sorted().getFirst();
    }

    /** The middle value; of an even number of values the mean of the two in the middle. */
    double median() {
        List<Double> sorted = sorted();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * The smallest value that at least {@code percent} of all values do not exceed (nearest rank).
     */
    double percentile(int percent) {
        List<Double> sorted = sorted();
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1);
    }

    private List<Double> sorted() {
        return values.stream().sorted().toList();
    }
}
