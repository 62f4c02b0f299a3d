// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/**
 * One process that ran to its end.
 *
 * @param nanos from before the spawn until it was reaped and stdout and stderr were at their end
 * @param status the exit status, 128 + signal if one killed it
 */
record Call(long nanos, int status, boolean isTimedOut, String out, String err) {
    double millis() {
        return nanos / 1e6;
    }

    boolean isGood() {
        return status == 0 && !isTimedOut;
    }

    /** What went wrong in a line: the plugin's own words where there are any. */
    String problem() {
        if (isTimedOut) {
            return "no end after " + nanos / 1_000_000_000 + " s";
        }
        String words = CniResult.errorMessage(out);
        if (words.isEmpty()) {
            words = (err.isBlank() ? out : err).strip().lines().findFirst().orElse("");
        }
        return words.isEmpty() ? "exit status " + status : words;
    }
}
