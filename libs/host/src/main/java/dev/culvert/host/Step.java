// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.List;
import java.util.Optional;

/**
 * One thing that should be so on this host. A step is a value; it says which of its objects are
 * shared (ensured, never undone) and which belong to an attachment (created, undone, removed by
 * their mark).
 */
public interface Step {
    /**
     * The step in the words of {@code ip}, {@code bridge}, {@code nft} and {@code sysctl}, a line
     * each.
     */
    List<String> describe();

    /** Makes it so. Inverses of what it creates are pushed before the effect. */
    void apply(Site site, Undo undo);

    /** Compares the kernel with the step, changes nothing, and answers the first difference. */
    Optional<Drift> verify(Site site);
}
