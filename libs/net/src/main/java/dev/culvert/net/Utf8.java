// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import java.nio.charset.StandardCharsets;

/**
 * UTF-8, with a short way for what is nearly always ASCII: names, paths, addresses. In the native binary the class library's
 * coders allocate kilobytes for each text, which made half of a call's memory.
 *
 * @rfc 3629
 */
public final class Utf8 {
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

    /** The text of some bytes; what is no UTF-8 becomes U+FFFD. */
    public static String decode(byte[] bytes, int offset, int length) {
        char[] chars = new char[length];
        for (int i = 0; i < length; i++) {
            byte b = bytes[offset + i];
            if (b < 0) {
                return new String(bytes, offset, length, StandardCharsets.UTF_8);
            }
            chars[i] = (char) b;
        }
        return new String(chars);
    }

    /** The text of all of the bytes. */
    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }
}
