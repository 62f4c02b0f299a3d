// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.Map;

/**
 * Values to text; the text is ASCII-safe in control characters only, everything else stays as it
 * is.
 */
final class JsonPrinter {
    private static final String HEX = "0123456789abcdef";

    private JsonPrinter() {}

    static void compact(Json value, StringBuilder out) {
        switch (value) {
            case JsonObject object -> {
                char separator = '{';
                for (Map.Entry<String, Json> member : object.members().entrySet()) {
                    quote(member.getKey(), out.append(separator));
                    compact(member.getValue(), out.append(':'));
                    separator = ',';
                }
                out.append(object.isEmpty() ? "{}" : "}");
            }
            case JsonArray array -> {
                char separator = '[';
                for (Json item : array.items()) {
                    compact(item, out.append(separator));
                    separator = ',';
                }
                out.append(array.items().isEmpty() ? "[]" : "]");
            }
            case JsonString string -> quote(string.value(), out);
            case JsonNumber number -> out.append(number.text());
            case JsonBool bool -> out.append(bool.value());
            case JsonNull _ -> out.append("null");
        }
    }

    static void pretty(Json value, StringBuilder out, int depth) {
        switch (value) {
            case JsonObject object
            when !object.isEmpty() -> {
                char separator = '{';
                for (Map.Entry<String, Json> member : object.members().entrySet()) {
                    newLine(out.append(separator), depth + 1);
                    quote(member.getKey(), out);
                    pretty(member.getValue(), out.append(": "), depth + 1);
                    separator = ',';
                }
                newLine(out, depth);
                out.append('}');
            }
            case JsonArray array
            when !array.items().isEmpty() -> {
                char separator = '[';
                for (Json item : array.items()) {
                    newLine(out.append(separator), depth + 1);
                    pretty(item, out, depth + 1);
                    separator = ',';
                }
                newLine(out, depth);
                out.append(']');
            }
            default -> compact(value, out);
        }
    }

    private static void newLine(StringBuilder out, int depth) {
        out.append('\n');
        for (int i = 0; i < depth; i++) {
            out.append("    ");
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < 0x20 || c == 0x7f || isLoneSurrogate(text, i)) {
                escape(c, out);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Half a pair has no UTF-8 form, so it can leave only as an escape. */
    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private static void escape(char c, StringBuilder out) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
        }
    }
}
