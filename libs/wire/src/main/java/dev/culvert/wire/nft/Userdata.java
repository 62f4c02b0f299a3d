// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Arrays;

/**
 * What a program keeps with an object and the kernel only stores: for nft, entries of {@code type
 * u8, length u8, value}. Comments are such entries. Bytes that are no such entries are kept all the
 * same. Immutable.
 *
 * @kernel include/uapi/linux/netfilter/nf_tables.h, NFT_USERDATA_MAXLEN: 256 bytes
 */
public final class Userdata {
    /** Of tables, chains, rules and elements. */
    public static final int COMMENT = 0;
    /** Of sets and maps: the byte order of the key, and of a map's data, for nft's listing. */
    public static final int SET_KEYBYTEORDER = 0;

    public static final int SET_DATABYTEORDER = 1;
    public static final int SET_COMMENT = 7;

    private static final int MAX = 256;
    private static final Userdata NONE = new Userdata(new byte[0]);

    private final byte[] bytes;

    private Userdata(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Userdata none() {
        return NONE;
    }

    /** The bytes, which are copied. */
    public static Userdata of(byte[] bytes) {
        return bytes.length == 0 ? NONE : new Userdata(bytes.clone());
    }

    /** A comment of a table, chain, rule or element; none for "". */
    public static Userdata comment(String text) {
        return text.isEmpty() ? NONE : NONE.withText(COMMENT, text);
    }

    /** With one more entry: a text and its zero. */
    public Userdata withText(int type, String text) {
        byte[] value = Utf8.encode(text);
        return with(type, Arrays.copyOf(value, value.length + 1));
    }

    /** With one more entry: a number in the host's byte order. */
    public Userdata withU32(int type, int value) {
        return with(type, Value.u32(value).bytes());
    }

    /** With one more entry. */
    public Userdata with(int type, byte[] value) {
        int size = bytes.length + 2 + value.length;
        if (value.length > 255 || size > MAX) {
            throw new IllegalArgumentException(
                    "userdata of " + size + " bytes: the kernel keeps " + MAX);
        }
        byte[] all = Arrays.copyOf(bytes, size);
        all[bytes.length] = (byte) type;
        all[bytes.length + 1] = (byte) value.length;
        System.arraycopy(value, 0, all, bytes.length + 2, value.length);
        return new Userdata(all);
    }

    /** The text of the first entry of a type, "" if there is none. */
    public String text(int type) {
        int at = 0;
        while (at + 2 <= bytes.length) {
            int length = bytes[at + 1] & 0xff;
            if (at + 2 + length > bytes.length) {
                return "";
            }
            if ((bytes[at] & 0xff) == type) {
                return Value.of(Arrays.copyOfRange(bytes, at + 2, at + 2 + length))
                        .text();
            }
            at += 2 + length;
        }
        return "";
    }

    /** The comment of a table, chain, rule or element, "" if there is none. */
    public String comment() {
        return text(COMMENT);
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Writes the attribute, unless this is empty. */
    void encodeIn(NlWriter w, int type) {
        if (bytes.length > 0) {
            w.attr(type, bytes);
        }
    }

    /** {@code comment "..."} with a space before it, or "". */
    String describe(int type) {
        String text = text(type);
        return text.isEmpty() ? "" : " comment \"" + text + "\"";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Userdata that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return Value.of(bytes).toString();
    }
}
