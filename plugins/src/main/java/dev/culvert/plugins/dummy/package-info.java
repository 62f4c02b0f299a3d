// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code dummy}: its keys and its plan; the verbs are
 * {@link dev.culvert.plugins.main.InterfacePlugin}'s.
 *
 * @cni plugins 1.10 main/dummy
 */
package dev.culvert.plugins.dummy;
