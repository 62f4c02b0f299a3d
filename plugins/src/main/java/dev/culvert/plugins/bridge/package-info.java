// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code bridge}: its keys and its plan; the verbs are
 * {@link dev.culvert.plugins.main.InterfacePlugin}'s.
 *
 * @cni plugins 1.9 main/bridge
 */
package dev.culvert.plugins.bridge;
