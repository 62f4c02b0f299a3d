// SPDX-License-Identifier: Apache-2.0
/**
 * What plugins over a veth pair have in common: the host's end, masquerading, and pairs that other
 * implementations made.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
package dev.culvert.plugins.veth;
