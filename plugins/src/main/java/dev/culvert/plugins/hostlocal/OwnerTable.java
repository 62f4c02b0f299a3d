// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import java.util.ArrayList;
import java.util.List;

/**
 * Which addresses an owner has: slots of an owner's hash and an address. One slot for every
 * reservation.
 *
 * <pre>
 *   slot, 32 bytes: tag u64 (the owner's hash, odd), address high u64, low u64, unused 8
 * </pre>
 */
final class OwnerTable {
    static final int SLOT = 32;

    private static final int HIGH_AT = 8;
    private static final int LOW_AT = 16;

    private final Slots slots;

    OwnerTable(Slots slots) {
        this.slots = slots;
    }

    void add(long owner, long high, long low) {
        long tag = owner | 1;
        int slot = slots.home(tag);
        for (int steps = 0; steps < slots.reach(); steps++) {
            if (!slots.load(slot)) {
                Pages.put(slots.bytes(), 0, tag);
                Pages.put(slots.bytes(), HIGH_AT, high);
                Pages.put(slots.bytes(), LOW_AT, low);
                slots.store(slot);
                return;
            }
            slot = slots.next(slot);
        }
        throw new IndexLostException("the owner table is full, or has too many of one owner");
    }

    void remove(long owner, long high, long low) {
        long tag = owner | 1;
        int slot = slots.home(tag);
        for (int steps = 0; steps < slots.reach() && slots.load(slot); steps++) {
            if (slots.tag() == tag && high() == high && low() == low) {
                slots.remove(slot);
                return;
            }
            slot = slots.next(slot);
        }
        throw new IndexLostException("an owner is missing");
    }

    /** The addresses of everyone with this hash. */
    List<AddressBits> find(long owner) {
        List<AddressBits> found = new ArrayList<>();
        long tag = owner | 1;
        int slot = slots.home(tag);
        for (int steps = 0; steps < slots.reach() && slots.load(slot); steps++) {
            if (slots.tag() == tag) {
                found.add(new AddressBits(high(), low()));
            }
            slot = slots.next(slot);
        }
        return found;
    }

    /** Adds every slot of this table to an index. */
    void copyTo(Index index) {
        for (int slot = 0; slot < slots.count(); slot++) {
            if (slots.load(slot)) {
                index.add(slots.tag(), high(), low());
            }
        }
    }

    private long high() {
        return Pages.get(slots.bytes(), HIGH_AT);
    }

    private long low() {
        return Pages.get(slots.bytes(), LOW_AT);
    }
}
