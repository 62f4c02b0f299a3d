// SPDX-License-Identifier: Apache-2.0
package dev.culvert.base;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8, with a short way for what is nearly always ASCII: names, paths, addresses. In the native
 * binary the class library's coders allocate kilobytes for each text, which made half of a call's
 * memory.
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
        for (int i = 0; i < length; i++) {
            byte b = bytes[offset + i];
            if (b < 0) {
                return repaired(bytes, offset, offset + length);
            }
            chars[i] = (char) b;
        }
        return new String(chars);
    }

    /** The text of all of the bytes. */
    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /** As much of a text as fits, without a part of a character at its end. */
    public static String cut(String text, int maxBytes) {
        byte[] bytes = encode(text);
        int end = Math.min(bytes.length, maxBytes);
        while (end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return decode(bytes, 0, end);
    }

    /**
     * TeaVM's own decoder takes overlong and out-of-range sequences, by which a NUL or a slash
     * could come in unseen: so that both worlds read the same, each byte that belongs to no
     * well-formed sequence becomes U+FFFD here.
     */
    private static String repaired(byte[] data, int from, int end) {
        StringBuilder repaired = null;
        int done = from;
        int at = from;
        while (at < end) {
            int size = sequence(data, at, end);
            if (size == 0) {
                repaired = repaired == null ? new StringBuilder(end - from) : repaired;
                repaired.append(plain(data, done, at)).append(REPLACEMENT);
                done = at + 1;
            }
            at += Math.max(size, 1);
        }
        return repaired == null
                ? plain(data, from, end)
                : repaired.append(plain(data, done, end)).toString();
    }

    private static String plain(byte[] data, int from, int to) {
        return new String(data, from, to - from, StandardCharsets.UTF_8);
    }

    /** Whether all of the bytes belong to well-formed sequences. */
    public static boolean isText(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int size = sequence(bytes, at, bytes.length);
            if (size == 0) {
                return false;
            }
            at += size;
        }
        return true;
    }

    /** How many bytes the well-formed sequence at a place has; 0 if there is none. */
    private static int sequence(byte[] data, int at, int end) {
        int first = data[at] & 0xff;
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
            int next = data[at + i] & 0xff;
            if (next < (i == 1 ? lowest : 0x80) || next > (i == 1 ? highest : 0xbf)) {
                return 0;
            }
        }
        return size;
    }
}
