// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.OptionalLong;

/**
 * A number as it was written: {@code 1.50} stays {@code 1.50}, and no digit of a large one is lost.
 *
 * @rfc 8259 §6
 */
public record JsonNumber(String text) implements Json {
    private static final int MAX_LONG_DIGITS = 19;

    /** Takes text in JSON's grammar of numbers; throws IllegalArgumentException for any other. */
    public JsonNumber {
        if (!isNumber(text)) {
            throw new IllegalArgumentException("not a JSON number: " + text);
        }
    }

    /** The number in decimal digits. */
    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /**
     * The value if it is written as a whole number, without fraction and exponent, and fits 64 bits
     * with sign.
     */
    public OptionalLong wholeNumber() {
        boolean negative = text.charAt(0) == '-';
        int start = negative ? 1 : 0;
        if (text.length() - start > MAX_LONG_DIGITS) {
            return OptionalLong.empty();
        }
        // Counted downwards, since the smallest long has no positive counterpart.
        long value = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(negative ? value : -value);
    }

    @Override
    public String describe() {
        return "the number " + text;
    }

    private static boolean isNumber(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int end = digits(text, at);
        if (end == at || text.charAt(at) == '0' && end > at + 1) {
            return false;
        }
        at = end;
        if (at < text.length() && text.charAt(at) == '.') {
            end = digits(text, at + 1);
            if (end == at + 1) {
                return false;
            }
            at = end;
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            end = digits(text, at);
            return end > at && end == text.length();
        }
        return at == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
