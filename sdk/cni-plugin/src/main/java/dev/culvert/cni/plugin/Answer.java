// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniResult;
import dev.culvert.json.JsonObject;

/**
 * What an ADD ends with. There is none that the asked version cannot express, so a plugin that has
 * one may commit its effects.
 */
public final class Answer {
    private final CniResult result;
    private final JsonObject encoded;

    Answer(CniResult result, JsonObject encoded) {
        this.result = result;
        this.encoded = encoded;
    }

    /** The result, whatever version was asked for. */
    public CniResult result() {
        return result;
    }

    /** The text to print. */
    String text() {
        return encoded.pretty();
    }
}
