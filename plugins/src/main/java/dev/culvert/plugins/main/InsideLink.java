// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Request;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.host.link.DeleteMode;
import dev.culvert.host.link.RemoveLink;

import java.util.List;

/**
 * A link that is in the container alone, ours or that of another implementation. It goes with the
 * container's namespace, so a sweep finds nothing of it.
 */
public record InsideLink(String kind, DeleteMode mode, Request request, Ipam ipam)
        implements Trace {
    /** As the call wants it deleted. */
    public static InsideLink of(String kind, Request request, Ipam ipam) {
        return new InsideLink(kind, Plans.deleteMode(request), request, ipam);
    }

    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip -n CONTAINER link del " + mark.ifname() + mode.describe());
    }

    @Override
    public void remove(Site site, Mark mark) {
        RemoveLink link = new RemoveLink(mark, kind, mode);
        if (!link.removeInside(site)) {
            link.removeForeign(site, new Foreign(request, ipam, site));
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {}
}
