// SPDX-License-Identifier: Apache-2.0
/**
 * The operating system without netlink: files and locks, programs, network namespaces, and the
 * kernel's settings under {@code /proc/sys}. Nothing here knows what a link is.
 */
package dev.culvert.os;
