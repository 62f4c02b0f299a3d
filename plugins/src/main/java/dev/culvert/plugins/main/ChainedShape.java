// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;

/**
 * What tells one chained plugin from another: a parsed configuration, the plan that it leads to,
 * and what that changes in the result. {@link ChainedPlugin} makes every verb of them.
 */
public interface ChainedShape {
    /** What is done to the attachment that the plugins before have made. */
    Plan plan();

    /**
     * The result that goes on to the next plugin; by default, the one before.
     *
     * @param sandbox the path of the container's namespace
     */
    default CniResult complete(CniResult previous, String sandbox) {
        return previous;
    }

    /**
     * Whether an attachment could be made now; by default, the configuration is all that could be
     * wrong.
     *
     * @throws dev.culvert.cni.spec.CniException NOT_AVAILABLE with the reason
     */
    default void status(Site site) {}
}
