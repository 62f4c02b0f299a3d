// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

/**
 * Numbers of netlink itself.
 *
 * @kernel include/uapi/linux/netlink.h
 */
public final class Nl {
    /** struct nlmsghdr { len u32, type u16, flags u16, seq u32, pid u32 }. */
    public static final int HEADER = 16;

    public static final int NLMSG_NOOP = 1;
    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;
    public static final int NLMSG_OVERRUN = 4;

    public static final int NLM_F_REQUEST = 0x001;
    public static final int NLM_F_MULTI = 0x002;
    public static final int NLM_F_ACK = 0x004;
    public static final int NLM_F_ECHO = 0x008;
    public static final int NLM_F_DUMP_INTR = 0x010;
    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;
    public static final int NLM_F_APPEND = 0x800;
    /** NLM_F_ROOT | NLM_F_MATCH. */
    public static final int NLM_F_DUMP = 0x300;
    /** In an acknowledgement: the request is not repeated in it. */
    public static final int NLM_F_CAPPED = 0x100;
    /** In an acknowledgement: attributes with the kernel's own words follow. */
    public static final int NLM_F_ACK_TLVS = 0x200;

    public static final int NLMSGERR_ATTR_MSG = 1;
    public static final int NLMSGERR_ATTR_OFFS = 2;

    public static final int NLA_F_NESTED = 0x8000;
    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    public static final int NLA_TYPE_MASK = 0x3fff;

    private Nl() {}

    /** The next multiple of four. */
    public static int align(int length) {
        return (length + 3) & ~3;
    }
}
