// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code ipvlan}: its keys and its plan; the verbs are
 * {@link dev.culvert.plugins.main.InterfacePlugin}'s.
 *
 * @cni plugins 1.10 main/ipvlan
 */
package dev.culvert.plugins.ipvlan;
