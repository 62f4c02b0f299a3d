// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Request;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.host.link.DeleteMode;
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
public record InsideLink(String kind, DeleteMode mode, Optional<Mac> foreignMac) implements Trace {
    /** As the call wants it deleted. */
    public static InsideLink of(String kind, Request request) {
        return new InsideLink(kind, mode(request), PrevResult.readableMac(request));
    }

    /** When the call counts a link as deleted. */
    public static DeleteMode mode(Request request) {
        return switch (request.deleteWord()) {
            case ANNOUNCED -> DeleteMode.ANNOUNCED;
            case ACKNOWLEDGED -> DeleteMode.ACKNOWLEDGED;
            case AUTO -> DeleteMode.AUTO;
        };
    }

    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip -n CONTAINER link del " + mark.ifname());
    }

    @Override
    public void remove(Site site, Mark mark) {
        RemoveInside link = new RemoveInside(mark, kind, mode);
        if (!link.removeOwn(site) && foreignMac.isPresent()) {
            link.removeForeign(site, foreignMac.get());
        }
    }

    @Override
    public void sweep(Site site, Valid valid) {}
}
