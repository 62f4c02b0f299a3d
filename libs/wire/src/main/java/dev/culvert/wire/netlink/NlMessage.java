// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

/**
 * One message as received: its header, and a cursor over what follows.
 *
 * @param type NLMSG_ERROR, NLMSG_DONE or the family's own
 * @param flags NLM_F_*
 * @param sequence the request's number
 * @param payload valid until the next read into the same buffer
 */
public record NlMessage(int type, int flags, int sequence, NlReader payload) {
    /** Whether this ends the answer to one request. */
    public boolean isLast() {
        return type == Nl.NLMSG_ERROR || type == Nl.NLMSG_DONE;
    }

    /** Takes the next message of a datagram off the cursor. */
    public static NlMessage decode(NlReader datagram, byte[] buffer) {
        int start = datagram.position();
        int length = datagram.u32();
        int type = datagram.u16();
        int flags = datagram.u16();
        int sequence = datagram.u32();
        datagram.u32();
        if (length < Nl.HEADER || length - Nl.HEADER > datagram.remaining()) {
            throw new MalformedMessageException(
                    "netlink header",
                    start,
                    "a length of 16 to " + (datagram.remaining() + Nl.HEADER),
                    Integer.toString(length));
        }
        NlReader payload =
                new NlReader("netlink message " + type, buffer, start + Nl.HEADER, start + length);
        datagram.skip(Math.min(Nl.align(length) - Nl.HEADER, datagram.remaining()));
        return new NlMessage(type, flags, sequence, payload);
    }
}
