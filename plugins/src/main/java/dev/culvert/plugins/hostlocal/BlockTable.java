// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

/**
 * Which addresses are taken, in blocks of 256: slots of a block's number and a bitmap. A block
 * without a taken address has no slot.
 *
 * <pre>
 *   slot, 64 bytes: tag u64 (odd), address high u64, low u64 with the last 8 bits zero, unused 8, bitmap 32 bytes
 * </pre>
 *
 * <p>Eight neighbouring blocks begin their searches at neighbouring slots, so that a long run of
 * taken addresses is skipped with few reads.
 */
final class BlockTable {
    static final int SLOT = 64;
    static final int PER_BLOCK = 256;

    private static final int HIGH_AT = 8;
    private static final int LOW_AT = 16;
    private static final int BITMAP_AT = 32;
    private static final int NEIGHBOURS = 8;

    private final Slots slots;

    BlockTable(Slots slots) {
        this.slots = slots;
    }

    private static long tag(long high, long block) {
        long number = block >>> 8;
        long neighbour = number & NEIGHBOURS - 1;
        long group = Hash.mix(high + Hash.mix(number - neighbour));
        return (group & -2L * NEIGHBOURS) | neighbour << 1 | 1;
    }

    /** The block's slot, loaded; if it has none, -1 - the empty slot where it would be. */
    private int find(long high, long block) {
        int slot = slots.home(tag(high, block));
        for (int steps = 0; steps < slots.reach(); steps++) {
            if (!slots.load(slot)) {
                return -1 - slot;
            }
            if (Pages.get(slots.bytes(), HIGH_AT) == high
                    && Pages.get(slots.bytes(), LOW_AT) == block) {
                return slot;
            }
            slot = slots.next(slot);
        }
        throw new IndexLostException("the block table is full where the block belongs");
    }

    /** Marks an address as taken; true if its block is a new one. */
    boolean add(long high, long low) {
        long block = low & -PER_BLOCK;
        int slot = find(high, block);
        boolean fresh = slot < 0;
        if (fresh) {
            slot = -1 - slot;
            Pages.put(slots.bytes(), 0, tag(high, block));
            Pages.put(slots.bytes(), HIGH_AT, high);
            Pages.put(slots.bytes(), LOW_AT, block);
        }
        int place = (int) low & PER_BLOCK - 1;
        if (isTaken(place)) {
            throw new IndexLostException("an address is taken twice");
        }
        slots.bytes()[BITMAP_AT + (place >> 3)] |= (byte) (1 << (place & 7));
        slots.store(slot);
        return fresh;
    }

    /** Marks an address as free; true if its block had no other. */
    boolean remove(long high, long low) {
        int slot = find(high, low & -PER_BLOCK);
        int place = (int) low & PER_BLOCK - 1;
        if (slot < 0 || !isTaken(place)) {
            throw new IndexLostException("an address is not taken");
        }
        slots.bytes()[BITMAP_AT + (place >> 3)] &= (byte) ~(1 << (place & 7));
        for (int i = BITMAP_AT; i < SLOT; i++) {
            if (slots.bytes()[i] != 0) {
                slots.store(slot);
                return false;
            }
        }
        slots.remove(slot);
        return true;
    }

    /**
     * The first free place of an address's block from the address on, 0 to 255; 256 if there is
     * none.
     */
    int freePlace(long high, long low) {
        int place = (int) low & PER_BLOCK - 1;
        if (find(high, low & -PER_BLOCK) < 0) {
            return place;
        }
        while (place < PER_BLOCK && isTaken(place)) {
            place++;
        }
        return place;
    }

    private boolean isTaken(int place) {
        return (slots.bytes()[BITMAP_AT + (place >> 3)] >> (place & 7) & 1) != 0;
    }
}
