// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A link whose other end is a file; like {@code ip tuntap add NAME mode tap}. Netlink tells of it
 * but does not make it.
 *
 * @param tap whether its frames are Ethernet's, not IP packets alone
 * @param multiQueue whether several files may be open on it
 * @param owner the user that may open it, unsigned
 * @param group the group that may open it, unsigned
 * @kernel include/uapi/linux/if_link.h, IFLA_TUN_*; include/uapi/linux/if_tun.h
 */
public record Tap(boolean tap, boolean multiQueue, OptionalInt owner, OptionalInt group)
        implements LinkInfo {
    public static final String KIND = "tun";

    static final int IFLA_TUN_OWNER = 1;
    static final int IFLA_TUN_GROUP = 2;
    static final int IFLA_TUN_TYPE = 3;
    static final int IFLA_TUN_MULTI_QUEUE = 7;
    private static final int IFF_TAP = 2;

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String describe() {
        return String.join(" ", words());
    }

    /** Its options as the arguments of {@code ip tuntap}. */
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of("mode", tap ? "tap" : "tun"));
        if (multiQueue) {
            words.add("multi_queue");
        }
        addId(words, "user", owner);
        addId(words, "group", group);
        return words;
    }

    private static void addId(List<String> words, String name, OptionalInt id) {
        if (id.isPresent()) {
            words.addAll(List.of(name, Integer.toUnsignedString(id.getAsInt())));
        }
    }

    @Override
    public void encode(NlWriter w) {
        w.attr(IFLA_INFO_KIND, Utf8.encode(KIND));
    }

    static Tap decode(Optional<NlReader> data) {
        boolean tap = false;
        boolean multiQueue = false;
        OptionalInt owner = OptionalInt.empty();
        OptionalInt group = OptionalInt.empty();
        if (data.isPresent()) {
            NlReader r = data.get();
            while (r.next()) {
                switch (r.type()) {
                    case IFLA_TUN_TYPE -> tap = r.value().u8() == IFF_TAP;
                    case IFLA_TUN_MULTI_QUEUE -> multiQueue = r.value().u8() != 0;
                    case IFLA_TUN_OWNER -> owner = OptionalInt.of(r.value().u32());
                    case IFLA_TUN_GROUP -> group = OptionalInt.of(r.value().u32());
                    default -> {}
                }
            }
        }
        return new Tap(tap, multiQueue, owner, group);
    }
}
