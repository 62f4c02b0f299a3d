// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

/** What the two values with a prefix length share. */
final class Prefixes {
    private Prefixes() {}

    static void check(IpAddr address, int prefixLength) {
        if (prefixLength < 0 || prefixLength > address.bits()) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " of " + address
                    + " is not between 0 and " + address.bits());
        }
    }

    /** The place of the slash. */
    static int slash(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "invalid CIDR address \"" + text + "\": no prefix length");
        }
        return slash;
    }

    static int length(String text, int slash) {
        int length = 0;
        int digits = text.length() - slash - 1;
        for (int i = slash + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || digits > 3) {
                digits = 0;
                break;
            }
            length = length * 10 + c - '0';
        }
        if (digits == 0) {
            throw new IllegalArgumentException(
                    "invalid CIDR address \"" + text + "\": no prefix length");
        }
        return length;
    }
}
