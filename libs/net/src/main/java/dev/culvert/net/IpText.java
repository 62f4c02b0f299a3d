// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

/** The text forms of addresses. An empty array stands for "not an address". */
final class IpText {
    private static final byte[] INVALID = {};

    private IpText() {}

    /** Dotted decimal between two places of the text. */
    static byte[] parseV4(String text, int from, int to) {
        byte[] bytes = new byte[4];
        int at = from;
        for (int i = 0; i < 4; i++) {
            int start = at;
            int value = 0;
            while (at < to && at - start < 3 && isDigit(text.charAt(at))) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
            if (at == start || value > 255 || leadingZero) {
                return INVALID;
            }
            bytes[i] = (byte) value;
            if (i < 3 && (at >= to || text.charAt(at++) != '.')) {
                return INVALID;
            }
        }
        return at == to ? bytes : INVALID;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * Groups of hexadecimal digits, at most one {@code ::}, and perhaps an IPv4 address at the end.
     */
    static byte[] parseV6(String text) {
        byte[] bytes = new byte[16];
        int filled = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            int end = text.indexOf(':', at);
            end = end < 0 ? text.length() : end;
            if (text.indexOf('.', at) >= 0 && end == text.length()) {
                byte[] tail = parseV4(text, at, end);
                if (tail.length == 0 || filled > 12) {
                    return INVALID;
                }
                System.arraycopy(tail, 0, bytes, filled, 4);
                filled += 4;
                break;
            }
            int group = hex(text, at, end);
            if (group < 0 || filled > 14) {
                return INVALID;
            }
            bytes[filled++] = (byte) (group >> 8);
            bytes[filled++] = (byte) group;
            at = end + 1;
            if (end < text.length() && at == text.length()) {
                return INVALID;
            }
            if (at < text.length() && text.charAt(at) == ':') {
                if (gap >= 0) {
                    return INVALID;
                }
                gap = filled;
                at++;
            }
        }
        return spread(bytes, filled, gap);
    }

    private static byte[] spread(byte[] bytes, int filled, int gap) {
        if (gap < 0) {
            return filled == 16 ? bytes : INVALID;
        }
        if (filled > 14) {
            return INVALID;
        }
        int tail = filled - gap;
        System.arraycopy(bytes, gap, bytes, 16 - tail, tail);
        for (int i = gap; i < 16 - tail; i++) {
            bytes[i] = 0;
        }
        return bytes;
    }

    private static int hex(String text, int from, int to) {
        if (to - from < 1 || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = hexDigit(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /**
     * The value of an ASCII digit, or -1. The class library's own loads tables for all of Unicode.
     */
    static int hexDigit(char c) {
        if (isDigit(c)) {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    static String format(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        if (bytes.length == 4) {
            for (int i = 0; i < 4; i++) {
                out.append(i > 0 ? "." : "").append(bytes[i] & 0xff);
            }
            return out.toString();
        }
        int gapFrom = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(bytes, i + length) == 0) {
                length++;
            }
            if (length > gapLength) {
                gapFrom = i;
                gapLength = length;
            }
        }
        for (int i = 0; i < 8; i++) {
            if (i == gapFrom) {
                out.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(group(bytes, i)));
        }
        return out.toString();
    }

    private static int group(byte[] bytes, int index) {
        return (bytes[index * 2] & 0xff) << 8 | bytes[index * 2 + 1] & 0xff;
    }
}
