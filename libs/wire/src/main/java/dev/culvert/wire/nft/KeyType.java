// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The type of a key: one type, or several one after another (nft's concatenation, {@code ifname .
 * mark}), each padded to four bytes. nft's number of a concatenation has six bits for each part.
 *
 * @param number nft's number
 * @param parts the types by that number; empty if one of them is not known here
 * @param length bytes
 */
public record KeyType(int number, List<DataType> parts, int length) {
    private static final int BITS = 6;

    public static KeyType of(DataType... parts) {
        int number = 0;
        for (DataType part : parts) {
            number = number << BITS | part.number();
        }
        return new KeyType(number, List.of(parts), lengthOf(List.of(parts)));
    }

    private static int lengthOf(List<DataType> parts) {
        if (parts.size() == 1) {
            return parts.get(0).length();
        }
        int length = 0;
        for (DataType part : parts) {
            length += part.length() + 3 & ~3;
        }
        return length;
    }

    /** As the kernel tells it. */
    static KeyType of(int number, int length) {
        List<DataType> parts = new ArrayList<>();
        for (int rest = number; rest != 0; rest >>>= BITS) {
            Optional<DataType> part = find(rest & (1 << BITS) - 1);
            if (part.isEmpty()) {
                return new KeyType(number, List.of(), length);
            }
            parts.add(0, part.get());
        }
        return new KeyType(number, List.copyOf(parts), length);
    }

    private static Optional<DataType> find(int number) {
        for (DataType type : DataType.values()) {
            if (type.number() == number) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** A value in nft's words; one that does not fit the type, in hexadecimal. */
    public String describe(Value value) {
        if (parts.isEmpty() || value.length() != lengthOf(parts)) {
            return value.toString();
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (DataType part : parts) {
            out.append(at > 0 ? " . " : "")
                    .append(part.describe(value.part(at, at + part.length())));
            at += part.length() + 3 & ~3;
        }
        return out.toString();
    }

    /** nft's words. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (DataType part : parts) {
            out.append(out.isEmpty() ? "" : " . ").append(part);
        }
        return parts.isEmpty() ? "0x" + Integer.toHexString(number) : out.toString();
    }
}
