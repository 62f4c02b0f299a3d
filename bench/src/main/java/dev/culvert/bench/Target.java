// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** What our median has to reach. */
record Target(Kind kind, double limit) {
    /** How the limit is read. */
    enum Kind {
        /** Ours divided by the reference's, at most. */
        RATIO_AT_MOST,
        /** Ours divided by the reference's, at least. */
        RATIO_AT_LEAST,
        /** Our own value, at most. */
        VALUE_AT_MOST
    }

    static Target ratioAtMost(double limit) {
        return new Target(Kind.RATIO_AT_MOST, limit);
    }

    static Target ratioAtLeast(double limit) {
        return new Target(Kind.RATIO_AT_LEAST, limit);
    }

    static Target valueAtMost(double limit) {
        return new Target(Kind.VALUE_AT_MOST, limit);
    }

    /** A number that is missing meets no target. */
    boolean isMet(OptionalDouble ours, OptionalDouble ratio) {
        return switch (kind) {
            case RATIO_AT_MOST -> ratio.isPresent() && ratio.getAsDouble() <= limit;
            case RATIO_AT_LEAST -> ratio.isPresent() && ratio.getAsDouble() >= limit;
            case VALUE_AT_MOST -> ours.isPresent() && ours.getAsDouble() <= limit;
        };
    }

    String text(Unit unit) {
        String number = String.format(Locale.ROOT, "%.4g", limit).replaceAll("\\.?0+$", "");
        return switch (kind) {
            case RATIO_AT_MOST -> "≤ " + number;
            case RATIO_AT_LEAST -> "≥ " + number;
            case VALUE_AT_MOST -> "≤ " + number + " " + unit.symbol();
        };
    }
}
