// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.wire.link.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes an attachment's link that is in the container alone. Without the container's namespace
 * there is nothing to do: it went with it.
 *
 * @param kind of the link: whatever else has its name is somebody else's
 */
public record RemoveInside(Mark mark, String kind, DeleteMode mode) {
    /** Removes the link that carries the mark, or that was killed on its way to its name. */
    public boolean removeOwn(Site site) {
        return remove(site, link -> mark.owns(link.alias().orElse("")));
    }

    /**
     * Removes a link that another implementation made: one without a label and with the hardware
     * address that this attachment got. A namespace path may be another container's by now, so a
     * name is not enough.
     */
    public boolean removeForeign(Site site, Mac mac) {
        return remove(
                site,
                link -> link.alias().orElse("").isEmpty() && link.mac().equals(Optional.of(mac)));
    }

    private interface Check {
        boolean accepts(Link link);
    }

    private boolean remove(Site site, Check check) {
        if (!site.hasContainer()) {
            return false;
        }
        Batch questions = site.containerRoute().batch();
        Reply<Link> named = Links.find(questions, Link.named(mark.ifname()));
        Reply<Link> unnamed = Links.find(questions, Link.named(mark.hostLinkName()));
        site.containerRoute().exchange(questions);
        List<Link> own = new ArrayList<>();
        named.value().filter(check::accepts).ifPresent(own::add);
        unnamed.value().ifPresent(own::add);
        own.removeIf(link -> !link.kind().equals(kind));
        for (Link link : own) {
            new DeleteLink(mode).delete(site, true, link);
        }
        return !own.isEmpty();
    }
}
