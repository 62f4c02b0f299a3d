// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniDns;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Plan;
import dev.culvert.host.Site;
import dev.culvert.net.IfAddr;
import dev.culvert.net.Mac;
import dev.culvert.wire.link.Link;

import java.util.List;
import java.util.Optional;

/**
 * What tells one interface plugin from another: a parsed configuration, and the two plans that it
 * leads to. {@link InterfacePlugin} makes every verb of them.
 */
public interface Shape {
    /** The keys that all of them have. */
    LinkConf conf();

    /** The hardware address that the container's end is asked to have. */
    Optional<Mac> mac();

    /** What IPAM gave, with what the configuration adds to it. */
    CniResult complete(CniResult given);

    /**
     * The links, as far as they need no address: they are there when IPAM is asked, since an IPAM
     * plugin may send and receive over them.
     */
    Plan links(Ends ends);

    /** Addresses, routes and rules over these links. */
    Plan network(Target target);

    /**
     * The interfaces of the result, from the outside in; the container's is the last with a
     * sandbox.
     *
     * @param sandbox the path of the container's namespace
     */
    List<CniInterface> interfaces(Site site, Mark mark, String sandbox);

    /** A link as results have it. */
    static CniInterface described(Link link, String sandbox) {
        return CniInterface.inSandbox(
                        link.name(), link.mac().map(Mac::toString).orElse(""), sandbox)
                .withMtuBytes(link.mtu().orElse(0));
    }

    /** The first difference between the kernel and what a previous result says. */
    Optional<Drift> verify(Site site, Mark mark, PrevResult previous);

    /**
     * Whether an attachment could be made now.
     *
     * @throws dev.culvert.cni.spec.CniException NOT_AVAILABLE with the reason
     */
    void status(Site site);

    /** The settings that replace those of IPAM, if any were given. */
    default Optional<CniDns> dns() {
        return conf().dns();
    }

    /**
     * What the links are for.
     *
     * @param mtuBytes 0 for the kernel's default
     * @param mac of the container's end; a random one if absent
     */
    record Ends(Mark mark, int mtuBytes, Optional<Mac> mac) {}

    /**
     * What lives on the links.
     *
     * @param result addresses and routes as they will be
     * @param given the addresses as IPAM gave them, with their subnets
     */
    record Target(Mark mark, CniResult result, List<IfAddr> given) {
        /** Copies the list. */
        public Target {
            given = List.copyOf(given);
        }
    }
}
