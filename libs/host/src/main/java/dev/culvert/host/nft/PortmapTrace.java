// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;

import java.util.List;

/** The host ports that lead to an attachment. */
public final class PortmapTrace implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("nft: remove the host ports of " + mark.hostLinkName());
    }

    @Override
    public void remove(Site site, Mark mark) {
        ForwardPorts.remove(site, mark);
    }

    @Override
    public void sweep(Site site, Valid valid) {
        ForwardPorts.sweep(site, valid);
    }
}
