// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.JsonObject;

import java.util.List;

/** Something that the demo has to tell. */
sealed interface Event {
    /** What comes next. */
    record Section(String title) implements Event {}

    /** A remark. */
    record Note(String text) implements Event {}

    /** A configuration, unchanged. */
    record Config(String file, String text) implements Event {}

    /**
     * A plugin was called.
     *
     * @param processMicros from start to end of its process as seen from here, which includes
     *     making the process
     * @param log what the plugin says about itself; empty if it does not keep a log
     * @param output what it printed
     * @param error why it failed; empty if it did not
     */
    record Called(
            String verb,
            String container,
            String network,
            String plugin,
            long processMicros,
            CallLog log,
            JsonObject output,
            String error)
            implements Event {
        boolean succeeded() {
            return error.isEmpty();
        }
    }

    /** Everything is attached. */
    record Drawn(Topology topology) implements Event {}

    /**
     * A claim that was put to the test.
     *
     * @param claim what should be
     * @param found what was seen; for one that failed, why
     */
    record Checked(String claim, boolean passed, String found) implements Event {}

    /** Commands and pages for afterwards, each with what it is for. */
    record Hints(List<Hint> hints) implements Event {
        public Hints {
            hints = List.copyOf(hints);
        }
    }

    /** One of them. */
    record Hint(String command, String purpose) {}

    /** The end. */
    record Ended(boolean passed, int checks, int failed, long millis) implements Event {}
}
