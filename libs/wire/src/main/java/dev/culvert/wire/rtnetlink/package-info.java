// SPDX-License-Identifier: Apache-2.0
/**
 * rtnetlink: links, addresses, routes and neighbours, each a value that encodes itself and decodes
 * from bytes. Numbers that the kernel left out are absent, not zero.
 *
 * @kernel include/uapi/linux/rtnetlink.h
 */
package dev.culvert.wire.rtnetlink;
