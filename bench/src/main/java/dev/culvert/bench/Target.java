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

    /**
     * Judges.
     *
     * @param ours our median, in the row's unit
     * @param ratio ours divided by the reference's; empty when the reference has no number
     */
    Verdict judge(double ours, OptionalDouble ratio) {
        return switch (kind) {
            case VALUE_AT_MOST -> Verdict.of(ours <= limit);
            case RATIO_AT_MOST ->
                ratio.isEmpty() ? Verdict.UNKNOWN : Verdict.of(ratio.getAsDouble() <= limit);
            case RATIO_AT_LEAST ->
                ratio.isEmpty() ? Verdict.UNKNOWN : Verdict.of(ratio.getAsDouble() >= limit);
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
