// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;

import java.util.List;

/**
 * How many processes share an nftables table that nobody owns: elements are the attachments', the
 * rest is made by whoever misses it. The first transaction holds elements alone, which is all that
 * is needed on a host that has the table, and costs one send.
 */
public final class SharedTable {
    /** How often something is tried that others change at the same time. */
    public static final int TRIES = 64;

    private SharedTable() {}

    /** What one attachment needs of a table. */
    public interface Content {
        /**
         * Adds table, sets, chains and rules so that it does no harm where they are: chains are
         * flushed before they get their rules.
         */
        void shape(NftTransaction nft);

        /** Creates the attachment's elements, and returns these changes. */
        List<NftTransaction.Entry> elements(NftTransaction nft);

        /** Removes what stands in the elements' place. */
        void takeOver(NetlinkSocket socket);
    }

    /**
     * Puts the elements in. When their sets are not there (ENOENT: first use, or {@code nft flush
     * ruleset}) the shape goes with them; when they are taken (EEXIST) they are taken over.
     *
     * @throws ErrnoException the first refusal that is neither; EAGAIN if others changed the same
     *     all the time
     */
    public static void put(NetlinkSocket socket, String purpose, Content content) {
        boolean isMissing = false;
        for (int i = 0; i < TRIES; i++) {
            NftTransaction nft = new NftTransaction(purpose);
            if (isMissing) {
                content.shape(nft);
            }
            List<NftTransaction.Entry> elements = content.elements(nft);
            if (nft.tryCommit(socket)) {
                return;
            }
            if (!isMissing && isRefused(elements, Errno.ENOENT)) {
                isMissing = true;
            } else if (elements.contains(nft.firstRefused()) && isRefused(elements, Errno.EEXIST)) {
                content.takeOver(socket);
            } else {
                throw nft.firstRefusal();
            }
        }
        throw busy(purpose);
    }

    private static boolean isRefused(List<NftTransaction.Entry> entries, Errno errno) {
        return entries.stream().anyMatch(entry -> entry.refusedWith(errno));
    }

    /** The error when others changed the same {@link #TRIES} times. */
    public static ErrnoException busy(String purpose) {
        return ErrnoException.because(
                "change nftables",
                purpose,
                Errno.EAGAIN.negated(),
                "others changed it " + TRIES + " times");
    }
}
