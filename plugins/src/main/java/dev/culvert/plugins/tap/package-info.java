// SPDX-License-Identifier: Apache-2.0
/**
 * The tap plugin: an interface for a virtual machine that runs in the container.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
package dev.culvert.plugins.tap;
