// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Further addresses on another link, under that link's hardware address; like {@code ip link add
 * link MASTER NAME type ipvlan mode MODE FLAG}. Mode and flag belong to the other link: the last
 * request decides for all that are on it.
 *
 * @param mode one of MODE_*
 * @param flags 0 or one of FLAG_*; absent leaves what the other link has, since 4.15
 * @kernel include/uapi/linux/if_link.h, IFLA_IPVLAN_*; drivers/net/ipvlan/ipvlan_main.c
 */
public record Ipvlan(int mode, OptionalInt flags) implements LinkInfo {
    public static final int MODE_L2 = 0;
    public static final int MODE_L3 = 1;
    public static final int MODE_L3S = 2;
    public static final int FLAG_BRIDGE = 0;
    public static final int FLAG_PRIVATE = 1;
    public static final int FLAG_VEPA = 2;

    public static final String KIND = "ipvlan";

    static final int IFLA_IPVLAN_MODE = 1;
    static final int IFLA_IPVLAN_FLAGS = 2;

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String describe() {
        String name = switch (mode) {
            case MODE_L2 -> "l2";
            case MODE_L3 -> "l3";
            case MODE_L3S -> "l3s";
            default -> Integer.toString(mode);
        };
        return "mode " + name + (flags.isPresent() ? " " + flagName(flags.getAsInt()) : "");
    }

    private static String flagName(int flags) {
        return switch (flags) {
            case FLAG_BRIDGE -> "bridge";
            case FLAG_PRIVATE -> "private";
            case FLAG_VEPA -> "vepa";
            default -> "flags " + flags;
        };
    }

    @Override
    public LinkInfo narrowedTo(LinkInfo wanted) {
        return wanted instanceof Ipvlan other && other.flags.isEmpty()
                ? new Ipvlan(mode, OptionalInt.empty())
                : this;
    }

    // IFLA_INFO_KIND "ipvlan"
    // IFLA_INFO_DATA { IFLA_IPVLAN_MODE u16, IFLA_IPVLAN_FLAGS u16 }
    @Override
    public void encode(NlWriter w) {
        w.attr(IFLA_INFO_KIND, Utf8.encode(KIND));
        w.nest(IFLA_INFO_DATA, data -> {
            data.attrU16(IFLA_IPVLAN_MODE, mode);
            flags.ifPresent(value -> data.attrU16(IFLA_IPVLAN_FLAGS, value));
        });
    }

    static Ipvlan decode(Optional<NlReader> data) {
        int mode = 0;
        OptionalInt flags = OptionalInt.empty();
        if (data.isPresent()) {
            NlReader r = data.get();
            while (r.next()) {
                switch (r.type()) {
                    case IFLA_IPVLAN_MODE -> mode = r.value().u16();
                    case IFLA_IPVLAN_FLAGS -> flags = OptionalInt.of(r.value().u16());
                    default -> {}
                }
            }
        }
        return new Ipvlan(mode, flags);
    }
}
