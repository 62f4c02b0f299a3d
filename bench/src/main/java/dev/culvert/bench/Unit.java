// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.Locale;

/** What a row's numbers are. */
enum Unit {
    MILLISECONDS("ms", 2),
    MICROSECONDS("us", 1),
    PER_SECOND("/s", 1),
    MEGABYTES("MB", 2),
    TIMES("x", 2),
    FILES("files", 0);

    private final String symbol;
    private final int digits;

    Unit(String symbol, int digits) {
        this.symbol = symbol;
        this.digits = digits;
    }

    String symbol() {
        return symbol;
    }

    String format(double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
