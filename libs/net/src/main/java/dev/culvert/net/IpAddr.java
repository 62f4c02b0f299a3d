// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import java.util.Arrays;

/**
 * An IPv4 or IPv6 address without zone. An IPv4-mapped IPv6 address is its IPv4 address. Immutable;
 * ordered by family (IPv4 first), then by value.
 *
 * @rfc 4291 §2.2 text forms, 5952 canonical text
 */
public final class IpAddr implements Comparable<IpAddr> {
    private final byte[] bytes;

    private IpAddr(byte[] bytes) {
        this.bytes = bytes;
    }

    /** From 4 or 16 bytes in network order, which are copied. */
    public static IpAddr of(byte[] bytes) {
        if (bytes.length == 16 && isMapped(bytes)) {
            return new IpAddr(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (bytes.length != 4 && bytes.length != 16) {
            throw new IllegalArgumentException(
                    "an IP address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddr(bytes.clone());
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    /**
     * From text such as {@code 10.1.2.3} or {@code 2001:db8::1}.
     *
     * @throws IllegalArgumentException if the text is no address; leading zeros in IPv4
     *     ({@code 010.0.0.1}) are refused
     */
    public static IpAddr parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0
                ? IpText.parseV6(text)
                : IpText.parseV4(text, 0, text.length());
        if (bytes.length == 0) {
            throw new IllegalArgumentException("invalid IP address \"" + text + "\"");
        }
        return of(bytes);
    }

    /** The bytes in network order, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isIpv4() {
        return bytes.length == 4;
    }

    /** 32 or 128. */
    public int bits() {
        return bytes.length * 8;
    }

    /** The bit at a place counted from the most significant, 0 to bits - 1. */
    boolean bit(int place) {
        return (bytes[place >> 3] >> (7 - (place & 7)) & 1) != 0;
    }

    /** 224.0.0.0/4 or ff00::/8. */
    public boolean isMulticast() {
        return isIpv4() ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == -1;
    }

    /** 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? bytes[0] == 127 : equals(new IpAddr(LOOPBACK6));
    }

    private static final byte[] LOOPBACK6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    /** 0.0.0.0 or ::. */
    public boolean isUnspecified() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return isIpv4()
                ? bytes[0] == (byte) 169 && bytes[1] == (byte) 254
                : bytes[0] == (byte) 0xfe && (bytes[1] & 0xc0) == 0x80;
    }

    /** The address that many steps away, wrapping around the end of the family. */
    public IpAddr plus(long steps) {
        byte[] sum = bytes.clone();
        long carry = steps;
        for (int i = sum.length - 1; i >= 0 && carry != 0; i--) {
            long digit = (sum[i] & 0xff) + (carry & 0xff);
            sum[i] = (byte) digit;
            carry = (carry >> 8) + (digit >> 8);
        }
        return new IpAddr(sum);
    }

    /** This address with all bits after the prefix at zero. */
    IpAddr masked(int prefixLength) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < masked.length; i++) {
            int keep = Math.min(8, Math.max(0, prefixLength - i * 8));
            masked[i] &= (byte) (0xff00 >> keep);
        }
        return new IpAddr(masked);
    }

    /** This address with all bits after the prefix at one. */
    IpAddr filled(int prefixLength) {
        byte[] filled = bytes.clone();
        for (int i = 0; i < filled.length; i++) {
            int keep = Math.min(8, Math.max(0, prefixLength - i * 8));
            filled[i] |= (byte) (0xff >> keep);
        }
        return new IpAddr(filled);
    }

    @Override
    public int compareTo(IpAddr other) {
        if (bytes.length != other.bytes.length) {
            return bytes.length - other.bytes.length;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != other.bytes[i]) {
                return (bytes[i] & 0xff) - (other.bytes[i] & 0xff);
            }
        }
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddr that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * The canonical text: dotted decimal, or lower-case hexadecimal with the longest run of zeros
     * as {@code ::}.
     */
    @Override
    public String toString() {
        return IpText.format(bytes);
    }
}
