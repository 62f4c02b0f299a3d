// SPDX-License-Identifier: Apache-2.0
/**
 * The IPAM plugin {@code static}: the addresses stand in the configuration. It has no state and no
 * effects.
 */
package dev.culvert.plugins.staticipam;
