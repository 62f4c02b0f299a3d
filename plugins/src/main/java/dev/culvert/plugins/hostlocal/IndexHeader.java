// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.base.Utf8;
import dev.culvert.os.Boot;

import java.util.Optional;

/**
 * What an index says of itself.
 *
 * @param stamp the folder's modification time, in nanoseconds since 1970, for which the index is
 *     true
 * @param identity of the folder it was made for
 * @param earliestBoot the earliest time, in nanoseconds since 1970, that this boot was ever found
 *     to have begun at: setting the clock moves that time, and a reservation must not look older
 *     than the boot because of it
 * @param seed of the pages' checksums
 * @param size of its tables
 * @param count of what is in them
 */
record IndexHeader(
        long stamp, Identity identity, long earliestBoot, long seed, Size size, Count count) {
    static final int LENGTH = 128;

    // The last two characters are the format's version.
    private static final byte[] MAGIC = Utf8.encode("CULVIX01");
    private static final int CHECKSUM_AT = 8;
    private static final int STAMP_AT = 16;
    private static final int INODE_AT = 24;
    private static final int EARLIEST_BOOT_AT = 32;
    private static final int SEED_AT = 40;
    private static final int SIZE_AT = 48;
    private static final int COUNT_AT = 56;
    private static final int BOOT_ID_AT = 64;
    private static final int MOST_PAGES = 1 << 22;

    /**
     * The folder: its inode, in the boot with that id. After a crash of the machine nothing that
     * was written is sure.
     */
    record Identity(String bootId, long inode) {}

    /** Pages of the two tables. */
    record Size(int blockPages, int ownerPages) {
        int pages() {
            return 1 + blockPages + ownerPages;
        }
    }

    /** Used slots of the two tables; owners are reservations. */
    record Count(int blocks, int owners) {}

    IndexHeader withStamp(long other) {
        return new IndexHeader(other, identity, earliestBoot, seed, size, count);
    }

    IndexHeader withCount(Count other) {
        return new IndexHeader(stamp, identity, earliestBoot, seed, size, other);
    }

    IndexHeader withEarliestBoot(long other) {
        return new IndexHeader(stamp, identity, other, seed, size, count);
    }

    byte[] encode() {
        byte[] data = new byte[LENGTH];
        System.arraycopy(MAGIC, 0, data, 0, MAGIC.length);
        Pages.put(data, STAMP_AT, stamp);
        Pages.put(data, INODE_AT, identity.inode);
        Pages.put(data, EARLIEST_BOOT_AT, earliestBoot);
        Pages.put(data, SEED_AT, seed);
        Pages.put(data, SIZE_AT, pair(size.blockPages, size.ownerPages));
        Pages.put(data, COUNT_AT, pair(count.blocks, count.owners));
        byte[] bootId = Utf8.encode(identity.bootId);
        System.arraycopy(bootId, 0, data, BOOT_ID_AT, Math.min(Boot.ID_LENGTH, bootId.length));
        Pages.put(data, CHECKSUM_AT, checksum(data));
        return data;
    }

    /** Empty for anything but a whole header of this version. */
    static Optional<IndexHeader> decode(byte[] data, int length) {
        if (length < LENGTH || Pages.get(data, CHECKSUM_AT) != checksum(data)) {
            return Optional.empty();
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (data[i] != MAGIC[i]) {
                return Optional.empty();
            }
        }
        long sizes = Pages.get(data, SIZE_AT);
        long counts = Pages.get(data, COUNT_AT);
        Size size = new Size((int) sizes, (int) (sizes >>> 32));
        if (size.blockPages < 1
                || size.ownerPages < 1
                || size.blockPages > MOST_PAGES
                || size.ownerPages > MOST_PAGES) {
            return Optional.empty();
        }
        String bootId = Utf8.decode(data, BOOT_ID_AT, Boot.ID_LENGTH);
        Identity identity = new Identity(bootId, Pages.get(data, INODE_AT));
        return Optional.of(new IndexHeader(
                Pages.get(data, STAMP_AT),
                identity,
                Pages.get(data, EARLIEST_BOOT_AT),
                Pages.get(data, SEED_AT),
                size,
                new Count((int) counts, (int) (counts >>> 32))));
    }

    private static long pair(int first, int second) {
        return first & 0xffff_ffffL | (long) second << 32;
    }

    private static long checksum(byte[] data) {
        return Hash.of(data, STAMP_AT, LENGTH, 0);
    }
}
