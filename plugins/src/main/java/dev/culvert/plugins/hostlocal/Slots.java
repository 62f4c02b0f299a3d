// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

/**
 * A hash table with linear probing in some pages of an index file. A slot starts with a tag that is
 * never zero, unless it is empty; the tag says where its search begins. Several slots may have the
 * same tag. No slot lies farther from there than {@link #reach}, so that files made up by somebody
 * who wants long searches cost a lost index, and no time.
 *
 * <p>A slot is worked on in this object's copy: {@link #load}, change {@link #bytes},
 * {@link #store}.
 */
final class Slots {
    /** Many times what chance makes of a table that is five eighths full. */
    private static final int REACH = 512;

    private final Pages pages;
    private final int firstPage;
    private final int slotSize;
    private final int perPage;
    private final int count;
    private final byte[] bytes;

    /** A page has one slot less than fit, since its first bytes are a checksum. */
    Slots(Pages pages, int firstPage, int pageCount, int slotSize) {
        this.pages = pages;
        this.firstPage = firstPage;
        this.slotSize = slotSize;
        this.perPage = perPage(slotSize);
        this.count = pageCount * perPage;
        this.bytes = new byte[slotSize];
    }

    static int perPage(int slotSize) {
        return Pages.SIZE / slotSize - 1;
    }

    /** How many slots a search looks at. */
    int reach() {
        return Math.min(count, REACH);
    }

    /** How many slots there are. */
    int count() {
        return count;
    }

    /** Where the search for a tag begins. Tags are odd: the lowest bit says nothing. */
    int home(long tag) {
        return (int) ((tag >>> 1) % count);
    }

    /** The slot after. */
    int next(int slot) {
        return slot + 1 == count ? 0 : slot + 1;
    }

    /** Copies a slot to {@link #bytes}; false if it is empty. */
    boolean load(int slot) {
        byte[] page = pages.page(pageOf(slot));
        System.arraycopy(page, offset(slot), bytes, 0, slotSize);
        return tag() != 0;
    }

    /** The slot loaded last; what is changed here counts after {@link #store}. */
    byte[] bytes() {
        return bytes;
    }

    /** The tag of the slot loaded last. */
    long tag() {
        return Pages.get(bytes, 0);
    }

    /** Copies {@link #bytes} to a slot. */
    void store(int slot) {
        byte[] page = pages.page(pageOf(slot));
        System.arraycopy(bytes, 0, page, offset(slot), slotSize);
        pages.change(pageOf(slot));
    }

    /** Empties a slot and moves those after it that would no longer be found. */
    void remove(int slot) {
        int hole = slot;
        int at = slot;
        for (int steps = 0; steps < count; steps++) {
            at = next(at);
            if (!load(at)) {
                break;
            }
            int home = home(tag());
            boolean reachable = hole <= at ? hole < home && home <= at : hole < home || home <= at;
            if (!reachable) {
                store(hole);
                hole = at;
            }
        }
        for (int i = 0; i < slotSize; i++) {
            bytes[i] = 0;
        }
        store(hole);
    }

    private int pageOf(int slot) {
        return firstPage + slot / perPage;
    }

    private int offset(int slot) {
        return (slot % perPage + 1) * slotSize;
    }
}
