// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.host.link.RemoveInside;
import dev.culvert.net.Mac;

import java.util.List;
import java.util.Optional;

/**
 * A link that is in the container alone, ours or that of another implementation. It goes with the
 * container's namespace, so a sweep finds nothing of it.
 *
 * @param foreignMac the hardware address that the previous result gives the container's interface
 */
public record InsideLink(String kind, Optional<Mac> foreignMac) implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip -n CONTAINER link del " + mark.ifname());
    }

    @Override
    public void remove(Site site, Mark mark) {
        RemoveInside link = new RemoveInside(mark, kind);
        if (!link.removeOwn(site) && foreignMac.isPresent()) {
            link.removeForeign(site, foreignMac.get());
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {}
}
