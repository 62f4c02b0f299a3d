// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.wire.link.Link;

import java.util.List;
import java.util.Optional;

/**
 * The host's end of a pair is up. A step of its own, so that what must hold before the first frame
 * passes can stand between it and the creation. It goes with the link.
 *
 * @param hostLink a link that an earlier step made
 */
public record BringUp(String hostLink) implements Step {
    @Override
    public List<String> describe() {
        return List.of("ip link set " + hostLink + " up");
    }

    @Override
    public void apply(Site site, Undo undo) {
        Batch batch = site.hostRoute().batch();
        Links.set(batch, Link.at(site.hostLink(hostLink).index()).withFlag(Link.IFF_UP, true));
        site.hostRoute().exchange(batch);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return site.hostLink(hostLink).isUp()
                ? Optional.empty()
                : Drift.unlessEqual("link " + hostLink + " state", "up", "down");
    }
}
