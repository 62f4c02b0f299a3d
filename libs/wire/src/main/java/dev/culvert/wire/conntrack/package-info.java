// SPDX-License-Identifier: Apache-2.0
/**
 * Flows of connection tracking, as values and as bytes.
 *
 * @kernel include/uapi/linux/netfilter/nfnetlink_conntrack.h
 */
package dev.culvert.wire.conntrack;
