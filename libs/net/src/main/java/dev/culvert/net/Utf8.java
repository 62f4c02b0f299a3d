// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8, with a short way for what is nearly always ASCII: names, paths, addresses. In the native binary the class library's
 * coders allocate kilobytes for each text, which made half of a call's memory, and TeaVM's decoder takes overlong and
 * out-of-range sequences, by which a NUL or a slash could come in unseen.
 *
 * @rfc 3629 §4
 */
public final class Utf8 {
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /** The bytes of a text. */
    public static byte[] encode(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) c;
        }
        return bytes;
    }

    /** The text of some bytes; each byte that belongs to no well-formed sequence becomes U+FFFD. */
    public static String decode(byte[] bytes, int offset, int length) {
        char[] chars = new char[length];
        int count = 0;
        int end = offset + length;
        for (int at = offset; at < end;) {
            int size = sequence(bytes, at, end);
            int c = size == 0 ? REPLACEMENT : size == 1 ? bytes[at] : character(bytes, at, size);
            if (c < 0x10000) {
                chars[count++] = (char) c;
            } else {
                chars[count++] = (char) (0xd800 + (c - 0x10000 >> 10));
                chars[count++] = (char) (0xdc00 + (c - 0x10000 & 0x3ff));
            }
            at += size == 0 ? 1 : size;
        }
        return new String(chars, 0, count);
    }

    /** The text of all of the bytes. */
    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /** How many bytes the well-formed sequence at a place has; 0 if there is none. */
    private static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int size = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (size == 0 || end - at < size) {
            return 0;
        }
        // What the second byte may be keeps overlong forms, surrogates and the end of Unicode out.
        int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (int i = 1; i < size; i++) {
            int next = bytes[at + i] & 0xff;
            if (next < (i == 1 ? lowest : 0x80) || next > (i == 1 ? highest : 0xbf)) {
                return 0;
            }
        }
        return size;
    }

    private static int character(byte[] bytes, int at, int size) {
        int c = bytes[at] & 0xff >> size + 1;
        for (int i = 1; i < size; i++) {
            c = c << 6 | bytes[at + i] & 0x3f;
        }
        return c;
    }
}
