// SPDX-License-Identifier: Apache-2.0
/**
 * Links: what is asked and what is told of one, by kind. Numbers that the kernel left out are
 * absent, not zero.
 *
 * @kernel include/uapi/linux/if_link.h
 */
package dev.culvert.wire.link;
