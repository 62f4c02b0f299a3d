// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.link;

import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.Rt;

import java.util.Optional;

/**
 * What {@code net.ipv6.conf.LINK} holds, as told along with the link. Only told: the kernel takes
 * changes by {@code /proc/sys} alone.
 *
 * @param forwarding 1: what comes by the link is forwarded
 * @param acceptRa 0, 1, or 2: also while forwarding
 * @param acceptDad 0: addresses are not probed for
 * @param disabled 1: there is no IPv6 on the link
 * @kernel include/uapi/linux/ipv6.h, DEVCONF_*; net/ipv6/addrconf.c, inet6_fill_ifla6_attrs
 */
public record Ipv6Conf(int forwarding, int acceptRa, int acceptDad, int disabled) {
    /**
     * The smallest MTU with IPv6, bytes: below it the kernel takes IPv6 off a link.
     *
     * @rfc 8200
     */
    public static final int MTU_MIN = 1280;

    private static final int IFLA_INET6_CONF = 2;
    /** DEVCONF_FORWARDING is 0. */
    private static final int DEVCONF_ACCEPT_RA = 3;

    /** DEVCONF_ACCEPT_DAD comes next. */
    private static final int DEVCONF_DISABLE_IPV6 = 26;

    private static final int S32 = 4;

    // IFLA_AF_SPEC { AF_INET {...}, AF_INET6 { IFLA_INET6_CONF s32 values, by DEVCONF_* ... } }

    static Optional<Ipv6Conf> decode(NlReader families) {
        while (families.next()) {
            if (families.type() == Rt.AF_INET6) {
                return decodeFamily(families.value());
            }
        }
        return Optional.empty();
    }

    private static Optional<Ipv6Conf> decodeFamily(NlReader r) {
        while (r.next()) {
            if (r.type() == IFLA_INET6_CONF) {
                NlReader values = r.value();
                int forwarding = values.u32();
                int acceptRa = values.skip((DEVCONF_ACCEPT_RA - 1) * S32).u32();
                int disabled = values.skip((DEVCONF_DISABLE_IPV6 - DEVCONF_ACCEPT_RA - 1) * S32)
                        .u32();
                int acceptDad = values.u32();
                return Optional.of(new Ipv6Conf(forwarding, acceptRa, acceptDad, disabled));
            }
        }
        return Optional.empty();
    }
}
