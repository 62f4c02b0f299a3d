// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

/**
 * A JSON value. Values are immutable, keep the order of names and the text of numbers, and so pass
 * through unchanged.
 *
 * @rfc 8259
 */
public sealed interface Json
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBool, JsonNull {
    /** Objects and arrays may be nested this deep; deeper text is refused. */
    int MAX_DEPTH = 64;

    /**
     * A text may hold this many values, objects and lists counted: three for each attachment that
     * GC is told of. More is refused, since the binary's memory has an end that nothing can be
     * caught at.
     */
    int MAX_VALUES = 1 << 20;

    /**
     * Reads exactly one value. A name that is repeated in an object keeps its last value.
     *
     * @throws JsonException if the text is not strict JSON, goes on after the value, is nested too
     *     deeply or too large; it carries line, column and path
     */
    static Json parse(String text) {
        return new JsonParser(text).parse();
    }

    /** The value on one line, without spaces. */
    default String compact() {
        StringBuilder out = new StringBuilder(256);
        JsonPrinter.compact(this, out);
        return out.toString();
    }

    /**
     * The value with every member on a line of its own, indented by 4 spaces, without a newline at
     * the end.
     */
    default String pretty() {
        StringBuilder out = new StringBuilder(512);
        JsonPrinter.pretty(this, out, 0);
        return out.toString();
    }

    /** What the value is, for messages: "an object", "the number 5", "the string "x"". */
    String describe();
}
