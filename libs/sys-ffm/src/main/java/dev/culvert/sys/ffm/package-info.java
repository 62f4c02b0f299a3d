// SPDX-License-Identifier: Apache-2.0
/**
 * The system calls on the JVM: the one place that uses {@code java.lang.foreign}.
 *
 * <p>This room knows C's calling conventions and nothing of what the bytes mean. Start reading at
 * {@link dev.culvert.sys.ffm.FfmLibc}.
 */
package dev.culvert.sys.ffm;
