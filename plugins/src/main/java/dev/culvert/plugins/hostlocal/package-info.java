// SPDX-License-Identifier: Apache-2.0
/**
 * The IPAM plugin {@code host-local}: addresses of this host, in the reference's files and an index
 * beside them.
 *
 * <p>Start reading at {@link dev.culvert.plugins.hostlocal.HostLocalPlugin} and
 * {@link dev.culvert.plugins.hostlocal.Store}.
 *
 * @cni plugins 1.9 ipam/host-local
 */
package dev.culvert.plugins.hostlocal;
