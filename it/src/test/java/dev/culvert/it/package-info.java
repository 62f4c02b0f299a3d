// SPDX-License-Identifier: Apache-2.0
/**
 * The plugins as processes: called by hand, by containerd, by podman, beside the reference plugins,
 * and killed.
 *
 * <p>Everything happens in a {@link dev.culvert.it.PrivateHost}, a machine made of namespaces that
 * ends with its test. {@link dev.culvert.it.Plugins} says which folders with plugins take part.
 * Start reading at {@link dev.culvert.it.InteropTest}, which calls plugins as a runtime does.
 */
package dev.culvert.it;
