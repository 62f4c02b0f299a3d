// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

/** {@code null}, which a lookup in an object takes for absence. */
public enum JsonNull implements Json {
    NULL;

    @Override
    public String describe() {
        return "null";
    }
}
