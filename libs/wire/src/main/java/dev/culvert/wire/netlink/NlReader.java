// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

import dev.culvert.base.Utf8;

import java.util.Arrays;

/**
 * A cursor over a part of a buffer, which is not copied. Reading past the end is a
 * {@link MalformedMessageException}.
 *
 * <p>Attributes are walked in place: {@code while (r.next()) { switch (r.type()) { case IFLA_MTU ->
 * mtu = r.value().u32(); } }}.
 */
public final class NlReader {
    private final String reading;
    private final byte[] data;
    private final int end;
    private int at;
    private int type;
    private int valueAt;
    private int valueEnd;

    /** Over the bytes from one place to another; {@code reading} names them in errors. */
    public NlReader(String reading, byte[] data, int from, int to) {
        if (from < 0 || to > data.length || from > to) {
            throw new MalformedMessageException(
                    reading, from, "a range within " + data.length + " bytes", from + " to " + to);
        }
        this.reading = reading;
        this.data = data;
        this.at = from;
        this.end = to;
    }

    /** Over all of an array. */
    public NlReader(String reading, byte[] data) {
        this(reading, data, 0, data.length);
    }

    public int remaining() {
        return end - at;
    }

    /** The place of the cursor in the buffer. */
    public int position() {
        return at;
    }

    public int u8() {
        need(1);
        return data[at++] & 0xff;
    }

    public int u16() {
        need(2);
        int value = data[at] & 0xff | (data[at + 1] & 0xff) << 8;
        at += 2;
        return value;
    }

    public int u32() {
        need(4);
        int value = data[at] & 0xff
                | (data[at + 1] & 0xff) << 8
                | (data[at + 2] & 0xff) << 16
                | data[at + 3] << 24;
        at += 4;
        return value;
    }

    public int be16() {
        int value = u16();
        return (value & 0xff) << 8 | value >> 8;
    }

    public int be32() {
        return Integer.reverseBytes(u32());
    }

    public long be64() {
        long high = be32();
        return high << 32 | be32() & 0xffffffffL;
    }

    /** The rest, copied; the cursor moves to the end. */
    public byte[] bytes() {
        byte[] rest = Arrays.copyOfRange(data, at, end);
        at = end;
        return rest;
    }

    /** The rest up to a zero byte as UTF-8; the cursor moves to the end. */
    public String string() {
        int stop = at;
        while (stop < end && data[stop] != 0) {
            stop++;
        }
        String text = Utf8.decode(data, at, stop - at);
        at = end;
        return text;
    }

    public NlReader skip(int count) {
        need(count);
        at += count;
        return this;
    }

    /** A cursor over the next bytes, which this one skips together with their padding. */
    public NlReader take(int count) {
        need(count);
        NlReader part = new NlReader(reading, data, at, at + count);
        at = Math.min(end, at + Nl.align(count));
        return part;
    }

    /** Moves to the next attribute; false at the end. */
    public boolean next() {
        if (end - at < 4) {
            return false;
        }
        int start = at;
        int length = u16();
        type = u16() & Nl.NLA_TYPE_MASK;
        if (length < 4 || start + length > end) {
            throw new MalformedMessageException(
                    reading,
                    start,
                    "an attribute of 4 to " + (end - start) + " bytes",
                    Integer.toString(length));
        }
        valueAt = start + 4;
        valueEnd = start + length;
        at = Math.min(end, start + Nl.align(length));
        return true;
    }

    /** The current attribute's type, without flags. */
    public int type() {
        return type;
    }

    /** A cursor over the current attribute's payload. */
    public NlReader value() {
        return new NlReader(reading, data, valueAt, valueEnd);
    }

    private void need(int count) {
        if (count < 0 || end - at < count) {
            throw new MalformedMessageException(
                    reading, at, count + " more bytes", Integer.toString(end - at));
        }
    }
}
