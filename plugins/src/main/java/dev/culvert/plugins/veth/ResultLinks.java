// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.plugins.main.PrevResult;
import dev.culvert.wire.link.Link;

import java.util.Optional;

/**
 * The links that the plans have looked at, as the result has them; results of old versions and of
 * other plugins may leave some out. The MTU is compared where the configuration has one: a later
 * plugin that changes it says so in the result.
 */
record ResultLinks(VethShape shape, Mark mark, PrevResult previous) {
    Optional<Drift> verify(Site site) {
        long mtuBytes = shape.conf().mtuBytes();
        Link inside = site.containerLink(mark.ifname());
        Link outside = site.hostLink(mark.hostLinkName());
        return previous.verify(inside, previous.container().sandbox(), mtuBytes)
                .or(() -> previous.verify(outside, "", mtuBytes))
                .or(() -> shape.pinsBridge()
                        ? previous.verify(site.hostLink(shape.bridge().orElseThrow()), "", 0)
                        : Optional.empty());
    }
}
