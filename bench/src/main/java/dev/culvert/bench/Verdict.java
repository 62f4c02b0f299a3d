// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/** How a row ends for us. */
enum Verdict {
    /** There is no target. */
    NONE(""),
    MET("ok"),
    /** The target is missed, or our plugin did not do the work. */
    MISSED("MISS"),
    /** The reference has no number to compare with. */
    UNKNOWN("no reference");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    static Verdict of(boolean holds) {
        return holds ? MET : MISSED;
    }

    String text() {
        return text;
    }
}
