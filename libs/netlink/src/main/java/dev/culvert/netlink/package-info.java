// SPDX-License-Identifier: Apache-2.0
/**
 * Messages of {@code wire} sent to the kernel and its replies: links, addresses, routes, neighbours
 * and nftables. Start at {@link dev.culvert.netlink.NetlinkSocket}.
 */
package dev.culvert.netlink;
