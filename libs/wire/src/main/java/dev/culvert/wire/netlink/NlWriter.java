// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

import dev.culvert.base.Utf8;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Netlink messages one after another in one growing buffer. {@code u16}, {@code u32} and
 * {@code u64} write in the host's byte order (little endian on every machine that Culvert runs on),
 * {@code be16}, {@code be32} and {@code be64} in network order. Lengths and padding are the
 * writer's business. For one thread.
 *
 * @kernel include/uapi/linux/netlink.h, struct nlmsghdr and struct nlattr
 */
public final class NlWriter {
    private byte[] data = new byte[256];
    private int size;
    private int message = -1;

    /** Starts a message; the one before it ends here. The header's port id is 0. */
    public NlWriter begin(int type, int flags, int sequence) {
        end();
        message = size;
        return u32(0).u16(type).u16(flags).u32(sequence).u32(0);
    }

    /** Ends the message: writes its length and pads it. Without one it does nothing. */
    public NlWriter end() {
        if (message >= 0) {
            put32(message, size - message);
            pad();
            message = -1;
        }
        return this;
    }

    public NlWriter u8(int value) {
        room(1);
        data[size++] = (byte) value;
        return this;
    }

    public NlWriter u16(int value) {
        return u8(value).u8(value >> 8);
    }

    public NlWriter u32(int value) {
        room(4);
        put32(size, value);
        size += 4;
        return this;
    }

    public NlWriter be16(int value) {
        return u8(value >> 8).u8(value);
    }

    public NlWriter be32(int value) {
        return u32(Integer.reverseBytes(value));
    }

    public NlWriter bytes(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, data, size, value.length);
        size += value.length;
        return this;
    }

    public NlWriter zeros(int count) {
        room(count);
        for (int i = 0; i < count; i++) {
            data[size++] = 0;
        }
        return this;
    }

    /** An attribute without payload. */
    public NlWriter attr(int type) {
        return close(open(type));
    }

    public NlWriter attr(int type, byte[] value) {
        int at = open(type);
        return bytes(value).close(at);
    }

    public NlWriter attrU8(int type, int value) {
        int at = open(type);
        return u8(value).close(at);
    }

    public NlWriter attrU16(int type, int value) {
        int at = open(type);
        return u16(value).close(at);
    }

    public NlWriter attrU32(int type, int value) {
        int at = open(type);
        return u32(value).close(at);
    }

    public NlWriter attrBe16(int type, int value) {
        int at = open(type);
        return be16(value).close(at);
    }

    public NlWriter attrBe32(int type, int value) {
        int at = open(type);
        return be32(value).close(at);
    }

    public NlWriter attrBe64(int type, long value) {
        int at = open(type);
        return be32((int) (value >> 32)).be32((int) value).close(at);
    }

    /** UTF-8 with a zero at the end. */
    public NlWriter attrString(int type, String value) {
        int at = open(type);
        return bytes(Utf8.encode(value)).u8(0).close(at);
    }

    /**
     * Attributes within an attribute; rtnetlink's older nests carry no flag, give
     * {@link Nl#NLA_F_NESTED} in type.
     */
    public NlWriter nest(int type, Consumer<NlWriter> content) {
        int at = open(type);
        content.accept(this);
        return close(at);
    }

    private int open(int type) {
        int at = size;
        u16(0).u16(type);
        return at;
    }

    private NlWriter close(int at) {
        int length = size - at;
        if (length > 0xffff) {
            throw new IllegalStateException(
                    "a netlink attribute of " + length + " bytes does not fit its length field");
        }
        data[at] = (byte) length;
        data[at + 1] = (byte) (length >> 8);
        return pad();
    }

    private NlWriter pad() {
        return zeros(Nl.align(size) - size);
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /**
     * The buffer itself: its first {@link #size} bytes are the messages. Not copied; valid until
     * the next write.
     */
    public byte[] buffer() {
        return data;
    }

    /** The messages, copied. */
    public byte[] toBytes() {
        return Arrays.copyOf(data, size);
    }

    private void room(int more) {
        if (size + more > data.length) {
            data = Arrays.copyOf(data, Math.max(size + more, data.length * 2));
        }
    }

    private void put32(int at, int value) {
        data[at] = (byte) value;
        data[at + 1] = (byte) (value >> 8);
        data[at + 2] = (byte) (value >> 16);
        data[at + 3] = (byte) (value >> 24);
    }
}
