// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

/**
 * The kernel's answer to a request: 0 or a negated errno, with its own words where it has some.
 *
 * @param error 0 or a negated errno
 * @param message the extended acknowledgement's text, possibly empty
 * @param offset the byte of the request that is to blame, or -1
 * @kernel include/uapi/linux/netlink.h, struct nlmsgerr and enum nlmsgerr_attrs, since 4.12
 */
public record NlAck(int error, String message, int offset) {
    /** From a message of type NLMSG_ERROR or NLMSG_DONE. */
    public static NlAck decode(NlMessage message) {
        NlReader reader = message.payload();
        if (message.type() == Nl.NLMSG_DONE && reader.remaining() < 4) {
            return new NlAck(0, "", -1);
        }
        int error = reader.u32();
        if (message.type() == Nl.NLMSG_ERROR) {
            int echoed = reader.u32();
            reader.skip(Nl.HEADER - 4);
            if ((message.flags() & Nl.NLM_F_CAPPED) == 0 && error != 0) {
                reader.skip(Math.min(Nl.align(echoed) - Nl.HEADER, reader.remaining()));
            }
        }
        String text = "";
        int offset = -1;
        if ((message.flags() & Nl.NLM_F_ACK_TLVS) != 0) {
            while (reader.next()) {
                switch (reader.type()) {
                    case Nl.NLMSGERR_ATTR_MSG -> text = reader.value().string();
                    case Nl.NLMSGERR_ATTR_OFFS -> offset = reader.value().u32();
                    default -> {}
                }
            }
        }
        return new NlAck(error, text, offset);
    }
}
