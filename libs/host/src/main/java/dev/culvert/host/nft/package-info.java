// SPDX-License-Identifier: Apache-2.0
/** What an attachment has in nftables: masquerading and the check of hardware addresses. */
package dev.culvert.host.nft;
