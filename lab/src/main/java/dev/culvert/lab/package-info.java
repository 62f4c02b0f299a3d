// SPDX-License-Identifier: Apache-2.0
/**
 * Hosts and containers out of network namespaces, and the demo that attaches containers to networks
 * by real plugins.
 *
 * <p>This room shows; it knows CNI from the outside only, as a runtime does: programs, environment,
 * standard input and output. What it claims about the kernel's state it asks {@code ip} and
 * {@code nft}. Start reading at {@link dev.culvert.lab.Demo}, then {@code Story}, which is the demo
 * from top to bottom.
 */
package dev.culvert.lab;
