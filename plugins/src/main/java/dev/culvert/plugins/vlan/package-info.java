// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code vlan}: its keys and its plan; the verbs are
 * {@link dev.culvert.plugins.main.InterfacePlugin}'s.
 *
 * @cni plugins 1.10 main/vlan
 */
package dev.culvert.plugins.vlan;
