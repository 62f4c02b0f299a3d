// SPDX-License-Identifier: Apache-2.0
/**
 * What tests stand on: namespaces of their own, faults at any system call, independent witnesses.
 *
 * <p>A test marks itself {@link dev.culvert.testkit.InNetns} to run in a fresh network namespace,
 * makes further ones by {@link dev.culvert.testkit.TestNetns}, asks
 * {@link dev.culvert.testkit.Witness} what the kernel has, and breaks things by
 * {@link dev.culvert.testkit.FaultLibc}. {@link dev.culvert.testkit.LibcContract} holds both worlds
 * of {@code Libc} to one behaviour.
 */
package dev.culvert.testkit;
