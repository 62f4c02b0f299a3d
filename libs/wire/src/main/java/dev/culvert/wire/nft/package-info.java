// SPDX-License-Identifier: Apache-2.0
/**
 * nf_tables: tables, chains, rules, sets and their elements, each a value that encodes itself,
 * decodes from bytes and describes itself as {@code nft} would take it. Pure: a transaction is put
 * together and sent elsewhere. Start at {@link dev.culvert.wire.nftables.Rule} and
 * {@link dev.culvert.wire.nftables.Elements}.
 *
 * <p>Attributes are written in the order in which nft writes them, so that its bytes can be
 * compared with ours.
 *
 * @kernel include/uapi/linux/netfilter/nf_tables.h
 */
package dev.culvert.wire.nft;
