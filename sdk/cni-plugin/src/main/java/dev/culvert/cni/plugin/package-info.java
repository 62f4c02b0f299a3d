// SPDX-License-Identifier: Apache-2.0
/**
 * The skeleton of a CNI plugin: environment and standard input become a request, what the plugin
 * answers or throws becomes the one JSON object on standard output.
 *
 * <p>This room knows the protocol and no particular plugin. Start reading at
 * {@link dev.culvert.cni.plugin.Plugin} and {@link dev.culvert.plugin.Skeleton}; plugins reach an
 * IPAM plugin, ours or a foreign one, through {@link dev.culvert.cni.plugin.Ipam}.
 */
package dev.culvert.cni.plugin;
