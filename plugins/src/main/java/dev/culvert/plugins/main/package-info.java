// SPDX-License-Identifier: Apache-2.0
/**
 * What plugins that give a container an interface have in common: all verbs, from one description
 * of the attachment. A new one is a {@code Conf} and a {@link dev.culvert.plugins.main.Shape}.
 *
 * @cni 1.1.0 SPEC "CNI operations"
 */
package dev.culvert.plugins.main;
