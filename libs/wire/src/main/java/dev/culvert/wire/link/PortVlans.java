// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.netlink.Rt;

import java.util.ArrayList;
import java.util.List;

/**
 * The VLANs that a bridge lets through one of its ports; like {@code bridge vlan add vid 2-4 dev
 * PORT}.
 *
 * @param index the port's
 * @param ranges which VLANs, and how
 * @kernel include/uapi/linux/if_bridge.h, IFLA_BRIDGE_VLAN_INFO; net/bridge/br_netlink.c
 */
public record PortVlans(int index, List<Range> ranges) {
    /** Frames without a tag that come in belong to it; at most one of a port. */
    public static final int PVID = 1 << 1;
    /** Frames go out without a tag. */
    public static final int UNTAGGED = 1 << 2;

    public static final int ID_MIN = 1;
    public static final int ID_MAX = 4094;

    private static final int RANGE_BEGIN = 1 << 3;
    private static final int RANGE_END = 1 << 4;
    private static final int IFLA_BRIDGE_VLAN_INFO = 2;
    private static final int RTEXT_FILTER_BRVLAN_COMPRESSED = 1 << 2;

    /** Copies the list. */
    public PortVlans {
        ranges = List.copyOf(ranges);
    }

    /**
     * VLANs that are the same in all but their number.
     *
     * @param first 1 to 4094
     * @param last not before first
     * @param flags PVID, UNTAGGED or both, 0 for tagged frames
     */
    public record Range(int first, int last, int flags) {
        /** Whether another range lies in this one and is treated the same. */
        public boolean covers(Range other) {
            return first <= other.first && other.last <= last && flags == other.flags;
        }

        /** In the words of bridge(8). */
        @Override
        public String toString() {
            return (first == last ? "vid " + first : "vid " + first + "-" + last)
                    + ((flags & PVID) != 0 ? " pvid" : "")
                    + ((flags & UNTAGGED) != 0 ? " untagged" : "");
        }
    }

    // struct ifinfomsg { AF_BRIDGE, index }
    //   IFLA_AF_SPEC { IFLA_BRIDGE_VLAN_INFO { flags u16, vid u16 }, ... }
    //   a range is two of them: the first with RANGE_BEGIN, the last with RANGE_END

    /** Writes what is to be added or deleted. */
    public void encode(NlWriter w) {
        w.u8(Rt.AF_BRIDGE).u8(0).u16(0).u32(index).u32(0).u32(0);
        w.nest(Link.IFLA_AF_SPEC, vlans -> {
            for (Range range : ranges) {
                if (range.first == range.last) {
                    encode(vlans, range.flags, range.first);
                } else {
                    encode(vlans, range.flags | RANGE_BEGIN, range.first);
                    encode(vlans, range.flags | RANGE_END, range.last);
                }
            }
        });
    }

    private static void encode(NlWriter w, int flags, int vid) {
        w.attrU32(IFLA_BRIDGE_VLAN_INFO, flags | vid << 16);
    }

    /** Writes the question about all ports. */
    public static void encodeList(NlWriter w) {
        w.u8(Rt.AF_BRIDGE).u8(0).u16(0).u32(0).u32(0).u32(0);
        w.attrU32(Link.IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
    }

    /** From an ifinfomsg and its attributes. */
    public static PortVlans decode(NlReader r) {
        r.skip(4);
        int index = r.u32();
        r.skip(8);
        List<Range> ranges = new ArrayList<>();
        while (r.next()) {
            if (r.type() == Link.IFLA_AF_SPEC) {
                decodeRanges(r.value(), ranges);
            }
        }
        return new PortVlans(index, ranges);
    }

    private static void decodeRanges(NlReader r, List<Range> ranges) {
        int first = 0;
        while (r.next()) {
            if (r.type() == IFLA_BRIDGE_VLAN_INFO) {
                NlReader value = r.value();
                int flags = value.u16();
                int vid = value.u16();
                if ((flags & RANGE_BEGIN) != 0) {
                    first = vid;
                } else {
                    boolean range = (flags & RANGE_END) != 0;
                    ranges.add(new Range(range ? first : vid, vid, flags & (PVID | UNTAGGED)));
                }
            }
        }
    }
}
