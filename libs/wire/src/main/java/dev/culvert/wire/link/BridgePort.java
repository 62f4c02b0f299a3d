// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a bridge holds of one of its ports; like {@code ip link set NAME type bridge_slave hairpin
 * on isolated on}.
 *
 * @param hairpin 0 or 1: may send a frame back to where it came from
 * @param isolated 0 or 1: cannot reach other isolated ports, since 4.18
 * @kernel include/uapi/linux/if_link.h, IFLA_BRPORT_MODE and IFLA_BRPORT_ISOLATED
 */
public record BridgePort(OptionalInt hairpin, OptionalInt isolated) {
    /**
     * What ip(8) gives as the link's own kind to mean its master's; asking so makes the kernel look
     * for a module.
     */
    private static final String KIND_OF_IP = "bridge_slave";

    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int IFLA_BRPORT_MODE = 4;
    private static final int IFLA_BRPORT_ISOLATED = 33;

    public static BridgePort of(boolean hairpin, boolean isolated) {
        return new BridgePort(OptionalInt.of(hairpin ? 1 : 0), OptionalInt.of(isolated ? 1 : 0));
    }

    // IFLA_INFO_SLAVE_KIND "bridge"
    // IFLA_INFO_SLAVE_DATA { IFLA_BRPORT_MODE u8, IFLA_BRPORT_ISOLATED u8 }
    void encode(NlWriter w) {
        w.attrString(IFLA_INFO_SLAVE_KIND, "bridge");
        w.nest(IFLA_INFO_SLAVE_DATA, data -> {
            hairpin.ifPresent(value -> data.attrU8(IFLA_BRPORT_MODE, value));
            isolated.ifPresent(value -> data.attrU8(IFLA_BRPORT_ISOLATED, value));
        });
    }

    /** From the content of IFLA_LINKINFO; empty when the link is no bridge's port. */
    static Optional<BridgePort> decode(NlReader r) {
        String kind = "";
        boolean isPort = false;
        OptionalInt hairpin = OptionalInt.empty();
        OptionalInt isolated = OptionalInt.empty();
        while (r.next()) {
            switch (r.type()) {
                case LinkInfo.IFLA_INFO_KIND ->
                    kind = kind.isEmpty() ? r.value().string() : kind;
                case IFLA_INFO_SLAVE_KIND -> {
                    kind = r.value().string();
                    isPort = true;
                }
                case IFLA_INFO_SLAVE_DATA -> {
                    NlReader data = r.value();
                    while (data.next()) {
                        switch (data.type()) {
                            case IFLA_BRPORT_MODE ->
                                hairpin = OptionalInt.of(data.value().u8());
                            case IFLA_BRPORT_ISOLATED ->
                                isolated = OptionalInt.of(data.value().u8());
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        return kind.equals("bridge") && isPort || kind.equals(KIND_OF_IP)
                ? Optional.of(new BridgePort(hairpin, isolated))
                : Optional.empty();
    }
}
