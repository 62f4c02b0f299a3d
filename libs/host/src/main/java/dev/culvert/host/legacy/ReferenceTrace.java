// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.legacy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;

import java.util.List;

/** The rules and chains that the reference plugins made for an attachment. */
public final class ReferenceTrace implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("nft: remove the rules that other plugins made for container "
                + mark.containerId());
    }

    @Override
    public void remove(Site site, Mark mark) {
        ReferenceLeftovers.remove(site, mark);
    }

    @Override
    public void sweep(Site site, Valid valid) {
        ReferenceLeftovers.gc(site, valid.network(), valid.marks());
    }
}
