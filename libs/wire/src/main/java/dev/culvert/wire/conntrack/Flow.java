// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.conntrack;

import dev.culvert.net.IpAddr;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;

import java.util.Optional;

/**
 * A flow of a protocol with ports that the kernel tracks; like a line of {@code conntrack -L}.
 *
 * @param original the first packet's way, as it came
 * @param reply the way of answers: its source is where the first packet went in the end
 * @param id the kernel's number of the flow
 * @param zone 0 outside of conntrack zones
 * @kernel include/uapi/linux/netfilter/nfnetlink_conntrack.h, enum ctattr_type
 */
public record Flow(Tuple original, Tuple reply, int id, int zone) {
    private static final int SUBSYSTEM = 1 << 8;
    /** IPCTNL_MSG_CT_NEW, also of answers. */
    public static final int GET = SUBSYSTEM | 1;
    /** IPCTNL_MSG_CT_DELETE. */
    public static final int DELETE = SUBSYSTEM | 2;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int CTA_FILTER = 25;

    /** CTA_FILTER_F_CTA_PROTO_NUM and CTA_FILTER_F_CTA_PROTO_DST_PORT. */
    private static final int FILTER_PROTOCOL = 1 << 3;

    private static final int FILTER_DESTINATION_PORT = 1 << 5;

    /**
     * Writes a question for the flows of a protocol. Kernels before 5.8 do not know the filter and
     * return every flow, so answers are looked at again.
     *
     * @param port the first packet's destination port, 0 for any
     */
    public static void encodeDump(NlWriter w, boolean ipv4, int protocol, int port) {
        header(w, ipv4);
        w.nest(
                CTA_TUPLE_ORIG | Nl.NLA_F_NESTED,
                tuple -> Tuple.encodePorts(tuple, protocol, 0, port));
        w.nest(
                CTA_FILTER | Nl.NLA_F_NESTED,
                filter -> filter.attrU32(
                                1, FILTER_PROTOCOL | (port == 0 ? 0 : FILTER_DESTINATION_PORT))
                        .attrU32(2, 0));
    }

    /** Writes what names this flow and no later one between the same ends. */
    public void encodeKey(NlWriter w) {
        header(w, original.source().isIpv4());
        w.nest(CTA_TUPLE_ORIG | Nl.NLA_F_NESTED, original::encode);
        if (zone != 0) {
            w.attrBe16(CTA_ZONE, zone);
        }
        w.attrBe32(CTA_ID, id);
    }

    // struct nfgenmsg { nfgen_family u8, version u8, res_id be16 }
    private static void header(NlWriter w, boolean ipv4) {
        w.u8(ipv4 ? 2 : 10).u8(0).be16(0);
    }

    /** From an nfgenmsg and its attributes; empty for a protocol without ports. */
    public static Optional<Flow> decode(NlReader r) {
        r.skip(4);
        Optional<Tuple> original = Optional.empty();
        Optional<Tuple> reply = Optional.empty();
        int id = 0;
        int zone = 0;
        while (r.next()) {
            switch (r.type()) {
                case CTA_TUPLE_ORIG -> original = Tuple.decode(r.value());
                case CTA_TUPLE_REPLY -> reply = Tuple.decode(r.value());
                case CTA_ID -> id = r.value().be32();
                case CTA_ZONE -> zone = r.value().be16();
                default -> {}
            }
        }
        return original.isEmpty() || reply.isEmpty()
                ? Optional.empty()
                : Optional.of(new Flow(original.get(), reply.get(), id, zone));
    }

    /** One direction of a flow. */
    public record Tuple(
            int protocol, IpAddr source, int sourcePort, IpAddr destination, int destinationPort) {
        private static final int CTA_TUPLE_IP = 1;
        private static final int CTA_TUPLE_PROTO = 2;

        // CTA_TUPLE_IP { CTA_IP_V4_SRC 1, CTA_IP_V4_DST 2, CTA_IP_V6_SRC 3, CTA_IP_V6_DST 4 }
        void encode(NlWriter w) {
            int first = source.isIpv4() ? 1 : 3;
            w.nest(
                    CTA_TUPLE_IP | Nl.NLA_F_NESTED,
                    ip -> ip.attr(first, source.bytes()).attr(first + 1, destination.bytes()));
            encodePorts(w, protocol, sourcePort, destinationPort);
        }

        // CTA_TUPLE_PROTO { CTA_PROTO_NUM 1 u8, CTA_PROTO_SRC_PORT 2 be16, CTA_PROTO_DST_PORT 3
        // be16 }
        static void encodePorts(NlWriter w, int protocol, int sourcePort, int destinationPort) {
            w.nest(
                    CTA_TUPLE_PROTO | Nl.NLA_F_NESTED,
                    ports -> ports.attrU8(1, protocol)
                            .attrBe16(2, sourcePort)
                            .attrBe16(3, destinationPort));
        }

        static Optional<Tuple> decode(NlReader r) {
            IpAddr[] ends = new IpAddr[2];
            int[] ports = new int[4];
            while (r.next()) {
                NlReader part = r.value();
                int outer = r.type();
                while (part.next()) {
                    int type = part.type();
                    if (outer == CTA_TUPLE_IP && type >= 1 && type <= 4) {
                        ends[type - 1 & 1] = IpAddr.of(part.value().bytes());
                    } else if (outer == CTA_TUPLE_PROTO && type == 1) {
                        ports[1] = part.value().u8();
                    } else if (outer == CTA_TUPLE_PROTO && (type == 2 || type == 3)) {
                        ports[type] = part.value().be16();
                    }
                }
            }
            return ends[0] == null || ends[1] == null || ports[3] == 0
                    ? Optional.empty()
                    : Optional.of(new Tuple(ports[1], ends[0], ports[2], ends[1], ports[3]));
        }
    }
}
