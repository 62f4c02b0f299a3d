// SPDX-License-Identifier: Apache-2.0
/**
 * What plugins over a veth pair have in common: all verbs, from one description of the attachment.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
package dev.culvert.plugins.veth;
