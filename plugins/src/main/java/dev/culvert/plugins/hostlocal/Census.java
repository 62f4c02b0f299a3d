// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import java.util.ArrayList;
import java.util.List;

/**
 * How many addresses of a range set are taken, counted in the folder itself.
 *
 * @param taken files under names of addresses that may be handed out
 * @param capacity how many may be handed out
 */
record Census(RangeSet set, long taken, long capacity) {
    private record Bounds(AddressBits first, AddressBits last) {
        boolean contains(AddressBits address) {
            return !first.isAfter(address) && !address.isAfter(last);
        }
    }

    static Census of(Store store, RangeSet set) {
        List<Bounds> bounds = bounds(set);
        return new Census(set, store.count(name -> isIn(bounds, name)), set.capacity());
    }

    private static List<Bounds> bounds(RangeSet set) {
        List<Bounds> bounds = new ArrayList<>();
        for (RangeSet.Segment segment : set.segments()) {
            bounds.add(new Bounds(
                    AddressBits.of(segment.stretch().first()),
                    AddressBits.of(segment.stretch().last())));
        }
        return bounds;
    }

    private static boolean isIn(List<Bounds> bounds, AddressName name) {
        var address = new AddressBits(name.high(), name.low());
        for (Bounds stretch : bounds) {
            if (stretch.contains(address)) {
                return true;
            }
        }
        return false;
    }

    boolean isFull() {
        return taken >= capacity;
    }

    /** How many were reserved before this machine was started, by containers that are gone. */
    long orphaned(Store store) {
        List<Bounds> bounds = bounds(set);
        return store.countOrphans(name -> isIn(bounds, name));
    }

    /**
     * For the error of an exhausted set: how many there are, how many look orphaned, and what
     * helps.
     */
    String describe(Store store) {
        long orphaned = orphaned(store);
        String counts = taken + " of " + capacity + " addresses are reserved in " + store.path();
        return orphaned == 0
                ? counts + "; widen the range, or run GC"
                : counts + ", " + orphaned
                        + " of them since before this machine was started, so probably by containers"
                        + " that are gone; GC frees them, or \"reclaim\": \""
                        + Reclaim.EARLIER_BOOT.text() + "\" in ipam";
    }
}
