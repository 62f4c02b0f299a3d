// SPDX-License-Identifier: Apache-2.0
/**
 * The IPAM plugin {@code static}: the addresses stand in the configuration. It has no state and no
 * effects.
 *
 * @cni plugins 1.9 ipam/static
 */
package dev.culvert.plugins.staticipam;
