// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.cni.plugin.Request;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.host.link.DeleteMode;
import dev.culvert.host.link.NetworkLinks;
import dev.culvert.host.link.RemoveLink;
import dev.culvert.net.Mac;
import dev.culvert.plugins.main.Plans;
import dev.culvert.plugins.main.PrevResult;

import java.util.List;
import java.util.Optional;

/**
 * The pair of an attachment, ours or that of another implementation.
 *
 * @param foreignMac the hardware address that the previous result gives the container's interface
 */
record VethLink(DeleteMode mode, Optional<Mac> foreignMac) implements Trace {
    /** As the call wants it deleted. */
    static VethLink of(Request request) {
        return new VethLink(Plans.deleteMode(request), PrevResult.readableMac(request));
    }

    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip link del " + mark.hostLinkName() + mode.describe());
    }

    @Override
    public void remove(Site site, Mark mark) {
        RemoveLink veth = new RemoveLink(mark, "veth", mode);
        if (!veth.removePair(site)) {
            foreignMac.ifPresent(mac -> veth.removeForeign(site, mac));
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {
        NetworkLinks.removeStale(site, valid.network(), valid.digests());
    }
}
