// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

/**
 * Any version as three numbers, known to us or not; good for "is it at least 0.4.0".
 *
 * @cni 1.1.0 SPEC "Version"
 */
public record VersionNumber(int major, int minor, int micro) implements Comparable<VersionNumber> {
    private static final int MAX_PARTS = 3;
    private static final int MAX_DIGITS = 9;

    /**
     * Reads {@code 1}, {@code 1.0} or {@code 1.0.0}; an empty text is 0.1.0, and a minus sign is
     * taken.
     *
     * @throws CniException DECODING_FAILURE if there are more than three parts or one is no number
     */
    public static VersionNumber parse(String text) {
        if (text.isEmpty()) {
            return new VersionNumber(0, 1, 0);
        }
        int[] parts = new int[MAX_PARTS];
        int from = 0;
        for (int i = 0; from <= text.length(); i++) {
            if (i == MAX_PARTS) {
                throw malformed(text, "it has more than three parts");
            }
            int dot = text.indexOf('.', from);
            int to = dot < 0 ? text.length() : dot;
            parts[i] = number(text, from, to);
            from = to + 1;
        }
        return new VersionNumber(parts[0], parts[1], parts[2]);
    }

    /** The numbers of a known version. */
    public static VersionNumber of(CniVersion version) {
        return parse(version.text());
    }

    /** Whether this version is the other one or a later one. */
    public boolean isAtLeast(CniVersion other) {
        return compareTo(of(other)) >= 0;
    }

    @Override
    public int compareTo(VersionNumber other) {
        if (major != other.major) {
            return Integer.compare(major, other.major);
        }
        return minor != other.minor
                ? Integer.compare(minor, other.minor)
                : Integer.compare(micro, other.micro);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }

    private static int number(String text, int from, int to) {
        boolean negative = from < to && text.charAt(from) == '-';
        int start = negative ? from + 1 : from;
        if (start >= to || to - start > MAX_DIGITS) {
            throw malformed(text, "each part must be a number");
        }
        int value = 0;
        for (int i = start; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed(text, "each part must be a number");
            }
            value = value * 10 + (c - '0');
        }
        return negative ? -value : value;
    }

    private static CniException malformed(String text, String why) {
        return new CniException(
                CniErrorCode.DECODING_FAILURE, "cniVersion \"" + text + "\" is malformed: " + why);
    }
}
