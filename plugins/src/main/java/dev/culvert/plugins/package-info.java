// SPDX-License-Identifier: Apache-2.0
/**
 * The plugins, a package each, and {@link dev.culvert.plugins.Catalogue}, which has them all.
 *
 * <p>This room turns requests into plans and results; it knows nothing of bytes and descriptors.
 * Start reading at {@link dev.culvert.plugins.main.InterfacePlugin}.
 *
 * @cni plugins 1.9
 */
package dev.culvert.plugins;
