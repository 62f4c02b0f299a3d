// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.host.Drift;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.sys.ErrnoException;

import java.util.Optional;

/** How verbs work with plans. */
final class Plans {
    private Plans() {}

    /**
     * What the kernel takes for impossible is the configuration's fault, or that of what IPAM gave;
     * not a bug.
     */
    static void apply(Plan plan, Request request, Site site, Undo undo) {
        request.log().plan(plan::describe);
        try {
            plan.apply(site, undo);
        } catch (ErrnoException e) {
            switch (e.errno()) {
                case EINVAL, ERANGE, EEXIST, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL ->
                    throw new CniException(
                            CniErrorCode.INVALID_NETWORK_CONFIG,
                            e.getMessage(),
                            "the kernel refuses what the configuration or its IPAM asks for");
                default -> throw e;
            }
        }
    }

    /**
     * What CHECK says of a difference.
     *
     * @throws CniException CHECK_FAILED if there is one
     */
    static void require(Optional<Drift> drift) {
        if (drift.isPresent()) {
            throw new CniException(
                    CniErrorCode.CHECK_FAILED,
                    drift.get().toString(),
                    "the attachment is not as its result says; DEL and ADD make it anew");
        }
    }
}
