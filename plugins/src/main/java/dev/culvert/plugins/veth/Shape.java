// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.net.IfAddr;
import dev.culvert.net.Mac;

import java.util.List;
import java.util.Optional;

/**
 * What tells one plugin over a veth pair from another: a parsed configuration, and the plan that it
 * leads to.
 */
public interface Shape {
    /** The keys that all of them have. */
    VethConf conf();

    /** The hardware address that the container's end is asked to have. */
    Optional<Mac> mac();

    /** The bridge on this host, for plugins that have one. */
    Optional<String> bridge();

    /** What IPAM gave, with what the configuration adds to it. */
    CniResult complete(CniResult given);

    /**
     * Whether there is a bridge whose hardware address stays: without a gateway it may be that of
     * one of its ports.
     */
    default boolean pinsBridge() {
        return false;
    }

    /** The steps for an attachment. */
    Plan plan(Target target);

    /**
     * What a plan is for.
     *
     * @param mtuBytes 0 for the kernel's default
     * @param mac of the container's end; a random one if absent
     * @param result addresses and routes as they will be
     * @param given the addresses as IPAM gave them, with their subnets
     */
    record Target(
            Mark mark, int mtuBytes, Optional<Mac> mac, CniResult result, List<IfAddr> given) {
        /** Copies the list. */
        public Target {
            given = List.copyOf(given);
        }
    }
}
