// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

/** A string; half of a surrogate pair is kept, and printed as its escape. */
public record JsonString(String value) implements Json {
    private static final int SHOWN = 40;

    @Override
    public String describe() {
        String shown = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
        return "the string " + new JsonString(shown).compact();
    }
}
