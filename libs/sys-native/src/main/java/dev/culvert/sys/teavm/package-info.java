// SPDX-License-Identifier: Apache-2.0
/**
 * The system calls in the native binary: the one place, with the build, that uses
 * {@code org.teavm}.
 *
 * <p>This room knows addresses and C declarations, and nothing of what the bytes mean. Nothing
 * checks an address: read {@link dev.culvert.sys.teavm.CLibc}'s rules before a change.
 */
package dev.culvert.sys.teavm;
