// SPDX-License-Identifier: Apache-2.0
/**
 * The only door out: every effect that Culvert has on a machine passes through
 * {@link dev.culvert.sys.Libc}.
 *
 * <p>This room knows system calls by their C names and nothing of what the bytes mean. Start
 * reading at {@link dev.culvert.sys.Libc}; {@link dev.culvert.sys.Errno} names the answers,
 * {@link dev.culvert.sys.Linux} holds the numbers.
 */
package dev.culvert.sys;
