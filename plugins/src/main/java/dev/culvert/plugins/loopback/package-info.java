// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code loopback}: brings a container's {@code lo} up.
 */
package dev.culvert.plugins.loopback;
