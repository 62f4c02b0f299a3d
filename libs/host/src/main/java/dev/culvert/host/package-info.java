// SPDX-License-Identifier: Apache-2.0
/**
 * What a host has, in an administrator's words: links, addresses, routes, rules, files and locks.
 *
 * <p>This room turns values into effects through {@link dev.culvert.sys.Libc} and the kernel's answers back into values
 * and {@link dev.culvert.host.ErrnoException}. It knows nothing of CNI, Kubernetes or JSON. Objects here belong to one
 * thread.
 */
package dev.culvert.host;
