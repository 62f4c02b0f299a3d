// SPDX-License-Identifier: Apache-2.0
/**
 * This host in an administrator's words: namespaces, links, addresses, routes, nftables, sysctls
 * and files, and the steps of a plan over them. It knows the kernel and nothing of CNI, Kubernetes
 * or JSON.
 *
 * <p>Verbs keep their promise everywhere: {@code create} fails if the thing exists, {@code ensure}
 * makes it so or says how it differs, {@code remove} is content when it is absent, {@code find}
 * answers an Optional, {@code list} a whole dump. Start reading at {@link dev.culvert.host.Plan}
 * or, from below, at {@link dev.culvert.host.NetlinkSocket}.
 */
package dev.culvert.host;
