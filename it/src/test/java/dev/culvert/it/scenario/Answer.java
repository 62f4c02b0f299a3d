// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;

/**
 * How a call of a plugin ended: its exit code, or 128 and the signal's number, and its two outputs.
 */
record Answer(int code, String output, String error) {
    /** Itself, if it is a success. */
    Answer ok() {
        if (code != 0) {
            throw new AssertionError("ended with " + code + " instead of 0: " + this);
        }
        return this;
    }

    /** The one object that was printed. */
    JsonObject json() {
        try {
            if (Json.parse(output) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException e) {
            throw new AssertionError("not one JSON object: " + e.getMessage() + ": " + this, e);
        }
        throw new AssertionError("not an object: " + this);
    }
}
