// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.List;

/**
 * One kind of thing that an attachment can leave on this host. It is found by the mark alone:
 * without the container's namespace, without a result, and whatever the configuration says today.
 */
public interface Trace {
    /** What a removal does, in the words of {@code ip} and {@code nft}, a line each. */
    List<String> describe(Mark mark);

    /** Removes what carries the mark; nothing to remove is no error. */
    void remove(Site site, Mark mark);

    /** Removes what belongs to a network's attachments, except the valid ones. */
    void sweep(Site site, Valid valid);
}
