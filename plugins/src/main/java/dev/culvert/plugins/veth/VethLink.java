// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Request;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.host.link.DeleteMode;
import dev.culvert.host.link.NetworkLinks;
import dev.culvert.host.link.RemoveLink;
import dev.culvert.plugins.main.Foreign;
import dev.culvert.plugins.main.Plans;

import java.util.List;

/** The pair of an attachment, ours or that of another implementation. */
record VethLink(DeleteMode mode, Request request, Ipam ipam) implements Trace {
    /** As the call wants it deleted. */
    static VethLink of(Request request, Ipam ipam) {
        return new VethLink(Plans.deleteMode(request), request, ipam);
    }

    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip link del " + mark.hostLinkName() + mode.describe());
    }

    @Override
    public void remove(Site site, Mark mark) {
        RemoveLink veth = new RemoveLink(mark, "veth", mode);
        if (!veth.removePair(site)) {
            veth.removeForeign(site, new Foreign(request, ipam, site));
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {
        NetworkLinks.removeStale(site, valid.network(), valid.digests());
    }
}
