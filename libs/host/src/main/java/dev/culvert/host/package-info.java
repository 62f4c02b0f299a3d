// SPDX-License-Identifier: Apache-2.0
/**
 * Attachments on this host: a plan of steps, applied with undo, verified and described. It knows
 * the kernel and nothing of CNI, Kubernetes or JSON.
 *
 * <p>Verbs keep their promise everywhere: {@code create} fails if the thing exists, {@code ensure}
 * makes it so or says how it differs, {@code remove} is content when it is absent, {@code find}
 * returns an Optional, {@code list} a whole dump. Start reading at {@link dev.culvert.host.Plan}.
 */
package dev.culvert.host;
