// SPDX-License-Identifier: Apache-2.0
/**
 * The plugin {@code tuning}: kernel settings and attributes of the container's interface; the verbs
 * are {@link dev.culvert.plugins.main.ChainedPlugin}'s.
 *
 * @cni plugins 1.10 meta/tuning
 */
package dev.culvert.plugins.tuning;
