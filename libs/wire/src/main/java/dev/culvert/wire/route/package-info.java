// SPDX-License-Identifier: Apache-2.0
/**
 * Addresses, routes and neighbours, each a value that encodes itself and decodes from bytes.
 *
 * @kernel include/uapi/linux/rtnetlink.h
 */
package dev.culvert.wire.route;
