// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugin;

import java.nio.charset.StandardCharsets;

/**
 * Bytes from outside to text, the same on the JVM and in the binary: TeaVM's own decoder takes
 * overlong and out-of-range sequences, by which a NUL or a slash could come in unseen.
 *
 * @rfc 3629 §4
 */
final class Utf8 {
    private static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    /** The text; each byte that belongs to no well-formed sequence becomes U+FFFD. */
    static String decode(byte[] data, int length) {
        StringBuilder repaired = null;
        int done = 0;
        int at = 0;
        while (at < length) {
            int size = sequence(data, at, length);
            if (size == 0) {
                repaired = repaired == null ? new StringBuilder(length) : repaired;
                repaired.append(plain(data, done, at)).append(REPLACEMENT);
                done = at + 1;
            }
            at += Math.max(size, 1);
        }
        return repaired == null ? plain(data, 0, length)
                : repaired.append(plain(data, done, length)).toString();
    }

    private static String plain(byte[] data, int from, int to) {
        return new String(data, from, to - from, StandardCharsets.UTF_8);
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
