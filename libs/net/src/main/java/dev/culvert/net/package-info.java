// SPDX-License-Identifier: Apache-2.0
/**
 * Addresses, prefixes and hardware addresses: text to values and back. Values are checked when they
 * are made, so that a {@link dev.culvert.net.Subnet} <em>is</em> a subnet. This room does no I/O
 * and knows nothing of CNI or the kernel.
 */
package dev.culvert.net;
