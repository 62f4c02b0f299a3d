// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.os.OpenFile;
import dev.culvert.sys.ErrnoException;

import java.util.Arrays;

/**
 * The pages of an index file, read when they are asked for and written when they changed. A few are
 * kept in memory, so that a table of any size costs the same.
 *
 * <p>The first 8 bytes of a page are a checksum over the rest, its number and the file's seed: a
 * damaged, moved or zeroed page is noticed. While a file is being built its pages have none;
 * {@link #seal} puts them in, in one pass.
 */
final class Pages {
    static final int SIZE = 1024;
    /** Where a page's own bytes start. */
    static final int HEAD = 8;

    private static final int KEPT = 64;
    private static final int CHUNK = 32;

    private final OpenFile file;
    private final long seed;
    private final byte[][] kept = new byte[KEPT][];
    private final int[] numbers = new int[KEPT];
    private final boolean[] changed = new boolean[KEPT];
    private boolean sealed;
    private boolean spilled;

    private Pages(OpenFile file, long seed, boolean sealed) {
        this.file = file;
        this.seed = seed;
        this.sealed = sealed;
        Arrays.fill(numbers, -1);
    }

    /** The pages of a finished file. */
    static Pages of(OpenFile file, long seed) {
        return new Pages(file, seed, true);
    }

    /** The pages of an empty file: all zero until they are changed. */
    static Pages building(OpenFile file, long seed) {
        return new Pages(file, seed, false);
    }

    /** A page; the array is good until the next call. */
    byte[] page(int number) {
        int place = number % KEPT;
        if (numbers[place] != number) {
            evict(place);
            load(number, place);
        }
        return kept[place];
    }

    /** Remembers that the page asked for last was changed. */
    void change(int number) {
        changed[number % KEPT] = true;
    }

    private void load(int number, int place) {
        if (kept[place] == null) {
            kept[place] = new byte[SIZE];
        }
        byte[] page = kept[place];
        int length = sealed || spilled ? read(number, page) : 0;
        if (sealed && (length < SIZE || get(page, 0) != checksum(page, 0, number))) {
            throw new IndexLostException("page " + number + " is damaged");
        }
        Arrays.fill(page, length, SIZE, (byte) 0);
        numbers[place] = number;
    }

    private void evict(int place) {
        if (changed[place]) {
            write(numbers[place], kept[place]);
            changed[place] = false;
            spilled = true;
        }
        numbers[place] = -1;
    }

    /** Writes what was changed. */
    void flush() {
        for (int place = 0; place < KEPT; place++) {
            if (changed[place]) {
                write(numbers[place], kept[place]);
                changed[place] = false;
            }
        }
    }

    private void write(int number, byte[] page) {
        if (sealed) {
            put(page, 0, checksum(page, 0, number));
        }
        try {
            file.writeAt((long) number * SIZE, page, SIZE);
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
    }

    private int read(int number, byte[] page) {
        try {
            return file.readAt((long) number * SIZE, page, SIZE);
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
    }

    /**
     * Ends building: writes all pages from the first to the one before the last, with checksums, in
     * large pieces.
     */
    void seal(int first, int last) {
        byte[] chunk = new byte[Math.min(CHUNK, last - first) * SIZE];
        try {
            for (int from = first; from < last; from += CHUNK) {
                int count = Math.min(CHUNK, last - from);
                fill(chunk, from, count);
                file.writeAt((long) from * SIZE, chunk, count * SIZE);
            }
        } catch (ErrnoException refused) {
            throw new IndexLostException(refused);
        }
        Arrays.fill(numbers, -1);
        Arrays.fill(changed, false);
        sealed = true;
    }

    private void fill(byte[] chunk, int from, int count) {
        int length = spilled ? file.readAt((long) from * SIZE, chunk, count * SIZE) : 0;
        Arrays.fill(chunk, length, chunk.length, (byte) 0);
        for (int i = 0; i < count; i++) {
            int place = (from + i) % KEPT;
            if (numbers[place] == from + i) {
                System.arraycopy(kept[place], 0, chunk, i * SIZE, SIZE);
            }
            put(chunk, i * SIZE, checksum(chunk, i * SIZE, from + i));
        }
    }

    private long checksum(byte[] data, int at, int number) {
        return Hash.of(data, at + HEAD, at + SIZE, seed + number);
    }

    static long get(byte[] data, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }

    static void put(byte[] data, int at, long value) {
        for (int i = 0; i < 8; i++) {
            data[at + i] = (byte) (value >>> i * 8);
        }
    }
}
