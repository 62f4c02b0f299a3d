// SPDX-License-Identifier: Apache-2.0
/**
 * CNI's values: configurations, results in every version of the specification, errors.
 *
 * <p>This room turns JSON into values and back; it knows nothing of the kernel and does no I/O.
 * Start reading at {@link dev.culvert.cni.spec.NetConf} and {@link dev.culvert.spec.CniResult}.
 */
package dev.culvert.cni.spec;
