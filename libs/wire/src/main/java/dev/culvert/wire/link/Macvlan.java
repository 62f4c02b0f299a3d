// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A further hardware address of another link; like {@code ip link add link MASTER NAME type macvlan
 * mode MODE}. The other link is {@link Link#linkIndex}.
 *
 * @param mode one of MODE_*
 * @param bcQueueLength frames for all that may wait, IFLA_MACVLAN_BC_QUEUE_LEN, unsigned
 * @kernel include/uapi/linux/if_link.h, IFLA_MACVLAN_*; drivers/net/macvlan.c
 */
public record Macvlan(int mode, OptionalInt bcQueueLength) implements LinkInfo {
    public static final int MODE_PRIVATE = 1;
    public static final int MODE_VEPA = 2;
    public static final int MODE_BRIDGE = 4;
    public static final int MODE_PASSTHRU = 8;

    public static final String KIND = "macvlan";

    static final int IFLA_MACVLAN_MODE = 1;
    static final int IFLA_MACVLAN_BC_QUEUE_LEN = 7;

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String describe() {
        String name = switch (mode) {
            case MODE_PRIVATE -> "private";
            case MODE_VEPA -> "vepa";
            case MODE_BRIDGE -> "bridge";
            case MODE_PASSTHRU -> "passthru";
            default -> Integer.toString(mode);
        };
        return "mode " + name
                + (bcQueueLength.isPresent()
                        ? " bcqueuelen " + Integer.toUnsignedString(bcQueueLength.getAsInt())
                        : "");
    }

    @Override
    public LinkInfo narrowedTo(LinkInfo wanted) {
        return wanted instanceof Macvlan other && other.bcQueueLength.isEmpty()
                ? new Macvlan(mode, OptionalInt.empty())
                : this;
    }

    @Override
    public void encode(NlWriter w) {
        w.attr(IFLA_INFO_KIND, Utf8.encode(KIND));
        w.nest(IFLA_INFO_DATA, data -> {
            data.attrU32(IFLA_MACVLAN_MODE, mode);
            bcQueueLength.ifPresent(value -> data.attrU32(IFLA_MACVLAN_BC_QUEUE_LEN, value));
        });
    }

    static Macvlan decode(Optional<NlReader> data) {
        int mode = 0;
        OptionalInt queue = OptionalInt.empty();
        if (data.isPresent()) {
            NlReader r = data.get();
            while (r.next()) {
                switch (r.type()) {
                    case IFLA_MACVLAN_MODE -> mode = r.value().u32();
                    case IFLA_MACVLAN_BC_QUEUE_LEN ->
                        queue = OptionalInt.of(r.value().u32());
                    default -> {}
                }
            }
        }
        return new Macvlan(mode, queue);
    }
}
