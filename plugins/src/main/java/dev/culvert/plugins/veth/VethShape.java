// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniInterface;
import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.legacy.ReferenceTrace;
import dev.culvert.host.nft.MacSpoofTrace;
import dev.culvert.host.nft.Masquerade;
import dev.culvert.host.nft.MasqueradeTrace;
import dev.culvert.plugins.main.LinkConf;
import dev.culvert.plugins.main.PrevResult;
import dev.culvert.plugins.main.Routing;
import dev.culvert.plugins.main.Shape;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An interface that is one end of a pair whose other end is on this host. */
public interface VethShape extends Shape {
    /** The keys that bridge and ptp share. */
    VethConf vethConf();

    /** The bridge on this host, for plugins that have one. */
    Optional<String> bridge();

    /**
     * Whether there is a bridge whose hardware address stays: without a gateway it may be that of
     * one of its ports.
     */
    boolean pinsBridge();

    @Override
    default LinkConf conf() {
        return vethConf().link();
    }

    /**
     * What a pair leaves on this host. The link goes before its MAC check, so that no frame passes
     * unchecked; masquerading goes before the link, since the address is the link's until then.
     */
    static List<Trace> traces(Request request, Ipam ipam) {
        return List.of(
                new MasqueradeTrace(),
                new ReferenceTrace(),
                VethLink.of(request, ipam),
                new MacSpoofTrace());
    }

    @Override
    default List<CniInterface> interfaces(Site site, Mark mark, String sandbox) {
        List<CniInterface> interfaces = new ArrayList<>();
        bridge().ifPresent(bridge ->
                interfaces.add(Shape.described(site.refreshedHostLink(bridge), "")));
        interfaces.add(Shape.described(site.hostLink(mark.hostLinkName()), ""));
        interfaces.add(Shape.described(site.containerLink(mark.ifname()), sandbox));
        return interfaces;
    }

    @Override
    default Optional<Drift> verify(Site site, Mark mark, PrevResult previous) {
        if (!isOurs(site, mark, previous)) {
            return new ForeignPair(mark.ifname(), previous.mac(), previous.result(), bridge())
                    .verify(site);
        }
        return links(new Ends(mark, 0, previous.mac()))
                .verify(site)
                .or(() -> network(new Target(
                                mark, previous.result(), Routing.addresses(previous.result())))
                        .verify(site))
                .or(() -> new ResultLinks(this, mark, previous).verify(site));
    }

    /**
     * Nobody else makes links of our names, so one in the result is ours even when it is gone by
     * now.
     */
    private static boolean isOurs(Site site, Mark mark, PrevResult previous) {
        return previous.result().interfaces().stream()
                        .anyMatch(found -> found.name().equals(mark.hostLinkName()))
                || site.findHostLink(mark).isPresent();
    }

    @Override
    default void status(Site site) {
        bridge().ifPresent(bridge -> {
            Optional<Link> link = site.findHostLink(bridge);
            if (link.isPresent() && !link.get().kind().equals("bridge")) {
                throw new CniException(
                        CniErrorCode.NOT_AVAILABLE,
                        "link " + bridge + " exists and is no bridge",
                        "choose another bridge name, or delete the link");
            }
        });
        if (vethConf().ipMasq()) {
            requireMasquerade(site);
        }
    }

    /**
     * A kernel without nftables is what STATUS is asked about, not what keeps it from answering.
     */
    private static void requireMasquerade(Site site) {
        try {
            Masquerade.requireKernel(site);
        } catch (ErrnoException e) {
            if (e.isUnsupported()) {
                throw new CniException(
                        CniErrorCode.NOT_AVAILABLE,
                        e.getMessage(),
                        "ipMasq needs nftables: load its module, or run Linux 5.4 or later");
            }
            throw e;
        }
    }
}
