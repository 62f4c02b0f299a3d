// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code loopback}: brings a container's {@code lo} up.
 *
 * @cni plugins 1.9 main/loopback
 */
package dev.culvert.plugins.loopback;
