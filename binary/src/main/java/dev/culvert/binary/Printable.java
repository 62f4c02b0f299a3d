// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

/** Text of others for a terminal, which would obey what it finds in it. */
final class Printable {
    private static final String HEX = "0123456789abcdef";

    private Printable() {}

    /**
     * The text with a {@code \\u} and four digits for each control character, for what changes the
     * direction of writing, and for the backslash itself.
     */
    static String of(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHarmless(c)) {
                out.append(c);
            } else {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEX.charAt(c >> shift & 15));
                }
            }
        }
        return out.toString();
    }

    private static boolean isHarmless(char c) {
        boolean control = c < ' ' || c >= 0x7f && c < 0xa0;
        boolean punctuation = c >= 0x2000 && c < 0x2070 || c == 0xfeff;
        return !control && !punctuation && c != '\\';
    }
}
