// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import java.util.Arrays;

/** An Ethernet hardware address: 6 bytes. Immutable. */
public final class Mac {
    private final byte[] bytes;

    private Mac(byte[] bytes) {
        this.bytes = bytes;
    }

    /** From 6 bytes, which are copied. */
    public static Mac of(byte[] bytes) {
        if (bytes.length != 6) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        return new Mac(bytes.clone());
    }

    /** A unicast, locally administered address out of 6 random bytes. */
    public static Mac local(byte[] random) {
        Mac mac = of(random);
        mac.bytes[0] = (byte) (mac.bytes[0] & 0xfc | 0x02);
        return mac;
    }

    /** From text such as {@code 0a:58:0a:01:00:02}; hyphens are taken too, case does not matter. */
    public static Mac parse(String text) {
        byte[] bytes = new byte[6];
        boolean valid = text.length() == 17;
        for (int i = 0; valid && i < 6; i++) {
            int high = IpText.hexDigit(text.charAt(i * 3));
            int low = IpText.hexDigit(text.charAt(i * 3 + 1));
            char separator = i < 5 ? text.charAt(i * 3 + 2) : ':';
            valid = high >= 0 && low >= 0 && (separator == ':' || separator == '-');
            bytes[i] = (byte) (high << 4 | low);
        }
        if (!valid) {
            throw new IllegalArgumentException("invalid MAC address \"" + text + "\"");
        }
        return new Mac(bytes);
    }

    /** The bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether the address is usable on a link: neither multicast nor all zeros. */
    public boolean isUnicast() {
        return (bytes[0] & 1) == 0 && !Arrays.equals(bytes, new byte[6]);
    }

    /** Whether all bits are zero: what a link without an address of its own has. */
    public boolean isZero() {
        return equals(of(new byte[6]));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mac that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Lower-case hexadecimal with colons. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(17);
        for (int i = 0; i < 6; i++) {
            out.append(i > 0 ? ":" : "");
            out.append(Character.forDigit(bytes[i] >> 4 & 15, 16))
                    .append(Character.forDigit(bytes[i] & 15, 16));
        }
        return out.toString();
    }
}
