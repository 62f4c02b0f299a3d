// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The attachments of a network that stay when the rest of it is swept.
 *
 * @param digests of their marks
 */
public record Valid(String network, List<Mark> marks, Set<String> digests) {
    /** From the marks alone. */
    public static Valid of(String network, List<Mark> marks) {
        Set<String> digests = new LinkedHashSet<>();
        marks.forEach(mark -> digests.add(mark.digest()));
        return new Valid(network, List.copyOf(marks), digests);
    }
}
