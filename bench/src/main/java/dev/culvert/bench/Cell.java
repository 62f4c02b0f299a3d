// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.List;
import java.util.OptionalDouble;

/** What one peer achieved in one row. */
sealed interface Cell {
    /** Numbers, in the row's unit. */
    record Measured(Samples samples) implements Cell {}

    /** The peer did not do the work. A broken plugin is never shown with a number. */
    record Failed(String message) implements Cell {}

    /** The median, if there is one. */
    default OptionalDouble median() {
        return switch (this) {
            case Measured measured -> OptionalDouble.of(measured.samples().median());
            case Failed _ -> OptionalDouble.empty();
        };
    }

    /** The ratio of two medians; the failed one of them if one is. */
    default Cell dividedBy(Cell below) {
        if (median().isEmpty() || below.median().isEmpty()) {
            return median().isEmpty() ? this : below;
        }
        double ratio = median().getAsDouble() / below.median().getAsDouble();
        return new Measured(new Samples(List.of(ratio)));
    }
}
