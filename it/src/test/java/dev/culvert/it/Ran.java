// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.util.List;
import java.util.stream.Collectors;

/** A command that has ended: what was run, how it ended and what it wrote. */
record Ran(List<String> command, int code, String output, String error) {
    /** Itself, if it ended with 0. */
    Ran ok() {
        if (code != 0) {
            throw new AssertionError("ended with " + code + " instead of 0: " + this);
        }
        return this;
    }

    /** Itself, if it ended with anything but 0. */
    Ran refused() {
        if (code == 0) {
            throw new AssertionError("ended with 0 instead of an error: " + this);
        }
        return this;
    }

    /** The lines of its standard output. */
    List<String> lines() {
        return output.lines().toList();
    }

    /**
     * The command as a shell would take it, and both streams: what a person needs to try it again.
     */
    @Override
    public String toString() {
        return command.stream()
                        .map(word ->
                                word.isEmpty() || word.matches(".*\\s.*") ? "'" + word + "'" : word)
                        .collect(Collectors.joining(" "))
                + "\n  code " + code + "\n  stdout: " + output.strip() + "\n  stderr: "
                + error.strip();
    }
}
