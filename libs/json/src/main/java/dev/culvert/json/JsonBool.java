// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

/** {@code true} or {@code false}. */
public record JsonBool(boolean value) implements Json {
    @Override
    public String describe() {
        return value ? "true" : "false";
    }
}
