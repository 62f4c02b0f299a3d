// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IpAddr;

/**
 * An address as a number of 128 bits; an IPv4 address as its mapped form, so that both families
 * share one space.
 *
 * @param high the first 64 bits, unsigned
 * @param low the last 64 bits, unsigned
 * @rfc 4291 §2.5.5.2
 */
record AddressBits(long high, long low) {
    private static final long MAPPED = 0xffffL << 32;

    static AddressBits of(IpAddr address) {
        byte[] bytes = address.bytes();
        return bytes.length == 4
                ? new AddressBits(0, MAPPED | number(bytes, 0, 4))
                : new AddressBits(number(bytes, 0, 8), number(bytes, 8, 8));
    }

    private static long number(byte[] bytes, int at, int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = number << 8 | bytes[at + i] & 0xff;
        }
        return number;
    }

    static long mapped(int address) {
        return MAPPED | address & 0xffff_ffffL;
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    IpAddr address() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> 56 - i * 8);
            bytes[8 + i] = (byte) (low >>> 56 - i * 8);
        }
        return IpAddr.of(bytes);
    }

    boolean isAfter(AddressBits other) {
        return high == other.high
                ? Long.compareUnsigned(low, other.low) > 0
                : Long.compareUnsigned(high, other.high) > 0;
    }

    /**
     * How many addresses there are from this one to the last, both included; at most
     * {@link Long#MAX_VALUE}.
     */
    long countTo(AddressBits last) {
        if (isAfter(last)) {
            return 0;
        }
        long difference = last.low - low;
        boolean borrow = Long.compareUnsigned(last.low, low) < 0;
        boolean huge = last.high - high - (borrow ? 1 : 0) != 0
                || difference < 0
                || difference == Long.MAX_VALUE;
        return huge ? Long.MAX_VALUE : difference + 1;
    }
}
