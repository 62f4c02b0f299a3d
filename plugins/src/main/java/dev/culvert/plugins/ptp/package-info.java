// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code ptp}: its keys and its plan; the verbs are
 * {@link dev.culvert.plugins.main.InterfacePlugin}'s.
 *
 * @cni plugins 1.9 main/ptp
 */
package dev.culvert.plugins.ptp;
