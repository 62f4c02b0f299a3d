// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.base.Utf8;
import dev.culvert.net.IpAddr;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Arrays;

/** Bytes to compare with, to look up or to keep: 0 to 64 of them. Immutable. */
public final class Value implements Operand {
    static final int NFTA_DATA_VALUE = 1;

    private final byte[] bytes;

    private Value(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes, which are copied. */
    public static Value of(byte[] bytes) {
        return new Value(bytes.clone());
    }

    public static Value of(IpAddr address) {
        return new Value(address.bytes());
    }

    /** One byte. */
    public static Value u8(int value) {
        return new Value(new byte[] {(byte) value});
    }

    /** Four bytes in the host's order, as marks and interface indices are kept. */
    public static Value u32(int value) {
        return new Value(new byte[] {
            (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
        });
    }

    /** Two bytes in network order, as ports are kept. */
    public static Value be16(int value) {
        return new Value(new byte[] {(byte) (value >> 8), (byte) value});
    }

    /** The name of a link in 16 bytes. */
    public static Value ifname(String name) {
        byte[] text = Utf8.encode(name);
        if (text.length > 15) {
            throw new IllegalArgumentException(
                    "a link's name has at most 15 bytes: \"" + name + "\"");
        }
        return new Value(Arrays.copyOf(text, 16));
    }

    /** One after another, each padded to four bytes. */
    public static Value concat(Value... parts) {
        int length = 0;
        for (Value part : parts) {
            length += part.bytes.length + 3 & ~3;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (Value part : parts) {
            System.arraycopy(part.bytes, 0, all, at, part.bytes.length);
            at += part.bytes.length + 3 & ~3;
        }
        return new Value(all);
    }

    public int length() {
        return bytes.length;
    }

    /** The bytes, copied. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** A part; from and to must lie within. */
    public Value part(int from, int to) {
        return new Value(Arrays.copyOfRange(bytes, from, to));
    }

    /** The first byte up to the fourth as a number in the host's order; missing ones are zero. */
    public int toU32() {
        int value = 0;
        for (int i = 0; i < 4 && i < bytes.length; i++) {
            value |= (bytes[i] & 0xff) << 8 * i;
        }
        return value;
    }

    /** Up to four bytes as a number in network order. */
    int toBe() {
        int value = 0;
        for (int i = 0; i < bytes.length && i < 4; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /** The bytes up to a zero, as text. */
    public String text() {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return Utf8.decode(bytes, 0, end);
    }

    @Override
    public void encode(NlWriter w) {
        w.attr(NFTA_DATA_VALUE, bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Hexadecimal, as nft shows what it has no type for. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("0x");
        for (byte b : bytes) {
            out.append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return out.toString();
    }
}
