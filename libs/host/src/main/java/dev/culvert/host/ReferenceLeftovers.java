// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import java.util.List;

/** STUB. */
public final class ReferenceLeftovers {
    public static void remove(Site site, Mark mark) {
    }

    public static void gc(Site site, String network, List<Mark> valid) {
    }
}
