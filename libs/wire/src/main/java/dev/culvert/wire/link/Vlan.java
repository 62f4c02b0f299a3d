// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;

/**
 * The frames of another link that carry a tag; like {@code ip link add link MASTER NAME type vlan
 * protocol 802.1Q id ID}. A link has at most one for a tag, in all namespaces together.
 *
 * @param id 0 to 4094; 0 is a tag that has only a priority
 * @param protocol the tag's EtherType, TAG_*
 * @kernel include/uapi/linux/if_link.h, IFLA_VLAN_*; net/8021q/vlan_netlink.c
 */
public record Vlan(int id, int protocol) implements LinkInfo {
    public static final int ID_MAX = 4094;
    /** IEEE 802.1Q, of customers. */
    public static final int TAG_8021Q = 0x8100;
    /** IEEE 802.1ad, of providers: the outer one of two. */
    public static final int TAG_8021AD = 0x88a8;

    public static final String KIND = "vlan";

    static final int IFLA_VLAN_ID = 1;
    static final int IFLA_VLAN_PROTOCOL = 5;

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String describe() {
        String name = switch (protocol) {
            case TAG_8021Q -> "802.1Q";
            case TAG_8021AD -> "802.1ad";
            default -> "0x" + Integer.toHexString(protocol);
        };
        return "protocol " + name + " id " + id;
    }

    // IFLA_INFO_KIND "vlan"
    // IFLA_INFO_DATA { IFLA_VLAN_PROTOCOL be16, IFLA_VLAN_ID u16 }
    @Override
    public void encode(NlWriter w) {
        w.attr(IFLA_INFO_KIND, Utf8.encode(KIND));
        w.nest(
                IFLA_INFO_DATA,
                data -> data.attrBe16(IFLA_VLAN_PROTOCOL, protocol).attrU16(IFLA_VLAN_ID, id));
    }

    static Vlan decode(Optional<NlReader> data) {
        int id = 0;
        int protocol = TAG_8021Q;
        if (data.isPresent()) {
            NlReader r = data.get();
            while (r.next()) {
                switch (r.type()) {
                    case IFLA_VLAN_ID -> id = r.value().u16();
                    case IFLA_VLAN_PROTOCOL -> protocol = r.value().be16();
                    default -> {}
                }
            }
        }
        return new Vlan(id, protocol);
    }
}
