// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code portmap}: host ports that lead to a container; the verbs are
 * {@link dev.culvert.plugins.main.ChainedPlugin}'s.
 *
 * @cni plugins 1.10 meta/portmap
 */
package dev.culvert.plugins.portmap;
