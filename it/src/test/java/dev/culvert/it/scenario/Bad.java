// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

/**
 * A row of a table of bad calls: a good call of a plugin with one change, and how it is refused.
 */
record Bad(String title, String plugin, Refusal refusal, Change change) {
    /** What makes a good call bad; it may prepare the stage first. */
    interface Change {
        Call apply(Stage stage, Call good);
    }

    static Bad of(String title, String plugin, Refusal refusal, Change change) {
        return new Bad(title, plugin, refusal, change);
    }

    void requireRefused(Stage stage) {
        refusal.require(stage, change.apply(stage, stage.add(plugin)));
    }

    @Override
    public String toString() {
        return title;
    }
}
