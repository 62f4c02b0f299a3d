// SPDX-License-Identifier: Apache-2.0
/**
 * Netlink's framing: headers, attributes, acknowledgements. Pure: bytes in, values out. Start at
 * {@link dev.culvert.wire.netlink.NlWriter} and {@link dev.culvert.wire.netlink.NlReader}.
 *
 * @kernel include/uapi/linux/netlink.h
 */
package dev.culvert.wire.netlink;
