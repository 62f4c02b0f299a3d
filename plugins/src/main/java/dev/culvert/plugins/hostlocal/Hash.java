// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

/** Hashes of 64 bits for the index's tables and checksums (FNV-1a, then mixed). Not for secrets. */
final class Hash {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Hash() {}

    /** Of the bytes from a place to before another. */
    static long of(byte[] data, int from, int to, long seed) {
        long hash = BASIS ^ mix(seed);
        for (int i = from; i < to; i++) {
            hash = (hash ^ data[i] & 0xff) * PRIME;
        }
        return mix(hash);
    }

    /** Spreads a number over all bits. */
    static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
