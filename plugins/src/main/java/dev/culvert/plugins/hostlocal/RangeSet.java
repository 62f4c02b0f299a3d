// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.net.IpAddr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ranges of one family of which an attachment gets one address.
 *
 * @param ranges at least one; none overlaps another
 * @param excluded what is never handed out, beside gateways, network and broadcast addresses
 */
record RangeSet(List<Range> ranges, List<Stretch> excluded) {
    /**
     * Copies the lists and checks the ranges against each other.
     *
     * @throws IllegalArgumentException in the reference's words
     */
    RangeSet {
        ranges = List.copyOf(ranges);
        excluded = List.copyOf(excluded);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("empty range set");
        }
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).isIpv4() != ranges.getFirst().isIpv4()) {
                throw new IllegalArgumentException("mixed address families");
            }
            for (int j = 0; j < i; j++) {
                if (ranges.get(j).overlaps(ranges.get(i))) {
                    throw new IllegalArgumentException(
                            "subnets " + ranges.get(j) + " and " + ranges.get(i) + " overlap");
                }
            }
        }
    }

    /** Addresses of one range that may be handed out. */
    record Segment(Range range, Stretch stretch) {}

    boolean isIpv4() {
        return ranges.getFirst().isIpv4();
    }

    Optional<Range> rangeOf(IpAddr address) {
        for (Range range : ranges) {
            if (range.contains(address)) {
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }

    boolean contains(IpAddr address) {
        return rangeOf(address).isPresent();
    }

    boolean overlaps(RangeSet other) {
        for (Range range : ranges) {
            for (Range others : other.ranges) {
                if (range.overlaps(others)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why an address of this set cannot be asked for; empty if it can. */
    Optional<String> refusal(IpAddr address) {
        for (Range range : ranges) {
            if (!range.contains(address)) {
                continue;
            }
            if (address.equals(range.gateway())) {
                return Optional.of("requested ip " + address + " is subnet's gateway");
            }
            if (isReserved(range, address)) {
                return Optional.of("requested ip " + address
                        + " is the network or broadcast address of " + range.subnet());
            }
        }
        for (Stretch stretch : excluded) {
            if (stretch.contains(address)) {
                return Optional.of("requested ip " + address + " is excluded by ipam.exclude");
            }
        }
        return Optional.empty();
    }

    private static boolean isReserved(Range range, IpAddr address) {
        return address.equals(range.subnet().address())
                || range.isIpv4() && address.equals(range.subnet().last());
    }

    /** All addresses that may be handed out, in the order of the ranges. */
    List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        for (Range range : ranges) {
            segments.addAll(segments(range));
        }
        return segments;
    }

    /**
     * The same in the order of a search: after the address reserved last, through the ranges,
     * around, and to that address itself; from the beginning if it is none of this set.
     */
    List<Segment> segmentsAfter(Optional<IpAddr> last) {
        List<Segment> all = segments();
        Optional<Range> from = last.isPresent() ? rangeOf(last.get()) : Optional.empty();
        if (from.isEmpty()) {
            return all;
        }
        int start = ranges.indexOf(from.get());
        List<Segment> after = new ArrayList<>();
        List<Segment> before = new ArrayList<>();
        for (Segment segment : all) {
            int place = ranges.indexOf(segment.range);
            if (place == start) {
                split(segment, last.get(), before, after);
            } else if (place > start) {
                after.add(segment);
            }
        }
        for (Segment segment : all) {
            if (ranges.indexOf(segment.range) < start) {
                after.add(segment);
            }
        }
        after.addAll(before);
        return after;
    }

    private static void split(
            Segment segment, IpAddr last, List<Segment> before, List<Segment> after) {
        Stretch stretch = segment.stretch;
        if (last.compareTo(stretch.first()) < 0) {
            after.add(segment);
        } else if (last.compareTo(stretch.last()) >= 0) {
            before.add(segment);
        } else {
            before.add(new Segment(segment.range, new Stretch(stretch.first(), last)));
            after.add(new Segment(segment.range, new Stretch(last.plus(1), stretch.last())));
        }
    }

    /** A range without what is never handed out. */
    private List<Segment> segments(Range range) {
        List<Stretch> skipped = new ArrayList<>(excluded);
        skipped.add(new Stretch(range.gateway(), range.gateway()));
        skipped.add(new Stretch(range.subnet().address(), range.subnet().address()));
        if (range.isIpv4()) {
            skipped.add(new Stretch(range.subnet().last(), range.subnet().last()));
        }
        skipped.sort((a, b) -> a.first().compareTo(b.first()));
        List<Segment> segments = new ArrayList<>();
        IpAddr next = range.start();
        for (Stretch skip : skipped) {
            boolean apart = skip.first().isIpv4() != range.isIpv4()
                    || skip.last().compareTo(next) < 0
                    || skip.first().compareTo(range.end()) > 0;
            if (apart) {
                continue;
            }
            if (skip.first().compareTo(next) > 0) {
                segments.add(new Segment(range, new Stretch(next, skip.first().plus(-1))));
            }
            if (skip.last().compareTo(range.end()) >= 0) {
                return segments;
            }
            next = skip.last().plus(1);
        }
        segments.add(new Segment(range, new Stretch(next, range.end())));
        return segments;
    }

    /** How many addresses may be handed out in all; at most {@link Long#MAX_VALUE}. */
    long capacity() {
        long capacity = 0;
        for (Segment segment : segments()) {
            long size = segment.stretch.size();
            capacity = Long.MAX_VALUE - capacity < size ? Long.MAX_VALUE : capacity + size;
        }
        return capacity;
    }

    /** The ranges with commas between. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Range range : ranges) {
            text.append(text.isEmpty() ? "" : ",").append(range);
        }
        return text.toString();
    }
}
