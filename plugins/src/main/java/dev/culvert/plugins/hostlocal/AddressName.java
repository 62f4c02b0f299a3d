// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.os.Listing;

/**
 * Reads file names as addresses without making objects: a listing may have tens of thousands of
 * them, and the native process collects no garbage. Only the canonical text is an address, since no
 * other name is ever looked up.
 *
 * @rfc 5952 §4 canonical text
 */
final class AddressName {
    private static final int LONGEST = 39;
    private static final String HEX = "0123456789abcdef";

    private final byte[] name = new byte[LONGEST];
    private final byte[] canonical = new byte[LONGEST];
    private final int[] groups = new int[8];
    private int length;
    private int at;
    private long high;
    private long low;

    /**
     * Whether the listing's present name is an address; if so, it is in {@link #high} and
     * {@link #low}.
     */
    boolean parse(Listing listing) {
        length = listing.nameLength();
        if (length < 2 || length > LONGEST) {
            return false;
        }
        boolean colon = false;
        for (int i = 0; i < length; i++) {
            name[i] = listing.nameByte(i);
            colon |= name[i] == ':';
        }
        at = 0;
        return colon ? parseV6() : parseV4();
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }

    private boolean parseV4() {
        int address = 0;
        for (int i = 0; i < 4; i++) {
            int start = at;
            int value = 0;
            while (at < length && at - start < 3 && name[at] >= '0' && name[at] <= '9') {
                value = value * 10 + name[at++] - '0';
            }
            boolean leadingZero = at - start > 1 && name[start] == '0';
            boolean separated = i == 3 ? at == length : at < length && name[at] == '.';
            if (at == start || value > 255 || leadingZero || !separated) {
                return false;
            }
            at++;
            address = address << 8 | value;
        }
        high = 0;
        low = AddressBits.mapped(address);
        return true;
    }

    private boolean parseV6() {
        int count = 0;
        int gap = -1;
        while (at < length) {
            if (name[at] == ':') {
                boolean doubled = at + 1 < length && name[at + 1] == ':';
                if (doubled && gap >= 0 || !doubled && count == 0) {
                    return false;
                }
                gap = doubled ? count : gap;
                at += doubled ? 2 : 1;
                continue;
            }
            int group = group();
            if (group < 0 || count == 8) {
                return false;
            }
            groups[count++] = group;
        }
        if (gap < 0 ? count != 8 : count > 7) {
            return false;
        }
        spread(count, gap);
        high = join(0);
        low = join(4);
        return !AddressBits.isMapped(high, low) && isCanonical();
    }

    private int group() {
        int start = at;
        int value = 0;
        while (at < length && name[at] != ':') {
            int digit = HEX.indexOf(name[at]);
            if (digit < 0 || at - start == 4) {
                return -1;
            }
            value = value << 4 | digit;
            at++;
        }
        return value;
    }

    private void spread(int count, int gap) {
        if (gap < 0) {
            return;
        }
        int tail = count - gap;
        for (int i = 0; i < tail; i++) {
            groups[7 - i] = groups[count - 1 - i];
        }
        for (int i = gap; i < 8 - tail; i++) {
            groups[i] = 0;
        }
    }

    private long join(int first) {
        return (long) groups[first] << 48
                | (long) groups[first + 1] << 32
                | (long) groups[first + 2] << 16
                | groups[first + 3];
    }

    /** Writes the groups as they should be and compares. */
    private boolean isCanonical() {
        int gapFrom = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int zeros = 0;
            while (i + zeros < 8 && groups[i + zeros] == 0) {
                zeros++;
            }
            if (zeros > gapLength) {
                gapFrom = i;
                gapLength = zeros;
            }
        }
        return write(gapFrom, gapLength) == length && sameBytes();
    }

    private int write(int gapFrom, int gapLength) {
        int to = 0;
        for (int i = 0; i < 8; i++) {
            if (i == gapFrom) {
                canonical[to++] = ':';
                canonical[to++] = ':';
                i += gapLength - 1;
                continue;
            }
            boolean afterGap = gapFrom >= 0 && i == gapFrom + gapLength;
            if (i > 0 && !afterGap) {
                canonical[to++] = ':';
            }
            for (int shift = 12; shift >= 0; shift -= 4) {
                if (groups[i] >>> shift != 0 || shift == 0) {
                    canonical[to++] = (byte) HEX.charAt(groups[i] >>> shift & 15);
                }
            }
        }
        return to;
    }

    private boolean sameBytes() {
        for (int i = 0; i < length; i++) {
            if (name[i] != canonical[i]) {
                return false;
            }
        }
        return true;
    }
}
