// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.base.Utf8;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a kind of link adds to {@link Link}. A kind that is not modelled is kept as its bytes and
 * written back as they were.
 *
 * @kernel include/uapi/linux/if_link.h, IFLA_INFO_KIND and IFLA_INFO_DATA
 */
public sealed interface LinkInfo
        permits LinkInfo.Veth, LinkInfo.Bridge, Macvlan, Ipvlan, Vlan, Tap, LinkInfo.Unknown {
    int IFLA_INFO_KIND = 1;
    int IFLA_INFO_DATA = 2;

    /** The kernel's name of the kind. */
    String kind();

    /** Its options in the words of ip(8), "" for none. */
    default String describe() {
        return "";
    }

    /** This one without the options that another leaves to the kernel. */
    default LinkInfo narrowedTo(LinkInfo wanted) {
        return this;
    }

    /** Writes the content of IFLA_LINKINFO. */
    void encode(NlWriter w);

    /** As ip(8) writes it: without a zero at the end. */
    private static void encodeKind(NlWriter w, String kind) {
        w.attr(IFLA_INFO_KIND, Utf8.encode(kind));
    }

    /**
     * A pair of links; like {@code ip link add NAME type veth peer name PEER}.
     *
     * @param peer the other end, in requests only
     * @kernel include/uapi/linux/veth.h, VETH_INFO_PEER
     */
    record Veth(Optional<Link> peer) implements LinkInfo {
        static final int VETH_INFO_PEER = 1;

        @Override
        public String kind() {
            return "veth";
        }

        // IFLA_INFO_KIND "veth"
        // IFLA_INFO_DATA { VETH_INFO_PEER { struct ifinfomsg, attributes of the other end } }
        @Override
        public void encode(NlWriter w) {
            encodeKind(w, kind());
            peer.ifPresent(
                    end -> w.nest(IFLA_INFO_DATA, data -> data.nest(VETH_INFO_PEER, end::encode)));
        }

        static Veth decode(Optional<NlReader> data) {
            Optional<Link> peer = Optional.empty();
            if (data.isPresent()) {
                NlReader r = data.get();
                while (r.next()) {
                    if (r.type() == VETH_INFO_PEER) {
                        peer = Optional.of(Link.decode(r.value()));
                    }
                }
            }
            return new Veth(peer);
        }
    }

    /**
     * A bridge; like {@code ip link add NAME type bridge}.
     *
     * @param vlanFiltering 0 or 1
     * @param stpState 0 or 1
     * @kernel include/uapi/linux/if_link.h, IFLA_BR_*
     */
    record Bridge(OptionalInt vlanFiltering, OptionalInt stpState) implements LinkInfo {
        static final int IFLA_BR_STP_STATE = 5;
        static final int IFLA_BR_VLAN_FILTERING = 7;

        /** With the kernel's defaults. */
        public static Bridge plain() {
            return new Bridge(OptionalInt.empty(), OptionalInt.empty());
        }

        @Override
        public String kind() {
            return "bridge";
        }

        @Override
        public void encode(NlWriter w) {
            encodeKind(w, kind());
            if (vlanFiltering.isPresent() || stpState.isPresent()) {
                w.nest(IFLA_INFO_DATA, data -> {
                    stpState.ifPresent(value -> data.attrU32(IFLA_BR_STP_STATE, value));
                    vlanFiltering.ifPresent(value -> data.attrU8(IFLA_BR_VLAN_FILTERING, value));
                });
            }
        }

        static Bridge decode(Optional<NlReader> data) {
            OptionalInt filtering = OptionalInt.empty();
            OptionalInt stp = OptionalInt.empty();
            if (data.isPresent()) {
                NlReader r = data.get();
                while (r.next()) {
                    switch (r.type()) {
                        case IFLA_BR_VLAN_FILTERING ->
                            filtering = OptionalInt.of(r.value().u8());
                        case IFLA_BR_STP_STATE -> stp = OptionalInt.of(r.value().u32());
                        default -> {}
                    }
                }
            }
            return new Bridge(filtering, stp);
        }
    }

    /**
     * A kind that is not modelled; the bytes are IFLA_INFO_DATA's, copied, empty if there are none.
     */
    record Unknown(String kind, byte[] data) implements LinkInfo {
        @Override
        public void encode(NlWriter w) {
            encodeKind(w, kind());
            if (data.length > 0) {
                w.attr(IFLA_INFO_DATA, data);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Unknown that
                    && kind.equals(that.kind)
                    && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return kind.hashCode() * 31 + Arrays.hashCode(data);
        }
    }

    /** From the content of IFLA_LINKINFO. */
    static Optional<LinkInfo> decode(NlReader r) {
        String kind = "";
        Optional<NlReader> data = Optional.empty();
        while (r.next()) {
            switch (r.type()) {
                case IFLA_INFO_KIND -> kind = r.value().string();
                case IFLA_INFO_DATA -> data = Optional.of(r.value());
                default -> {}
            }
        }
        return switch (kind) {
            case "" -> Optional.empty();
            case "veth" -> Optional.of(Veth.decode(data));
            case "bridge" -> Optional.of(Bridge.decode(data));
            case Macvlan.KIND -> Optional.of(Macvlan.decode(data));
            case Tap.KIND -> Optional.of(Tap.decode(data));
            case Ipvlan.KIND -> Optional.of(Ipvlan.decode(data));
            case Vlan.KIND -> Optional.of(Vlan.decode(data));
            default ->
                Optional.of(new Unknown(kind, data.isPresent() ? data.get().bytes() : new byte[0]));
        };
    }
}
