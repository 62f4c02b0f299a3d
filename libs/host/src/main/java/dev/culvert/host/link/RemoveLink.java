// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.wire.link.Link;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Removes an attachment's link: found by name, verified by its mark, deleted by index. A pair is
 * found by its host end; any other link by what is in the container, and without the container's
 * namespace there is nothing to do: it went with it.
 *
 * @param kind of the link: whatever else has its name is somebody else's
 * @param mode when a deletion counts as done
 */
public record RemoveLink(Mark mark, String kind, DeleteMode mode) {
    /**
     * Removes the pair that carries the mark, in its label or, where others changed that, in its
     * name. A link of that name that is certainly another's stays.
     *
     * @return false if this host has no such link
     */
    public boolean removePair(Site site) {
        Optional<Link> found = site.findHostLink(mark.hostLinkName())
                .filter(link -> mark.owns(link.alias().orElse("")) || isOwnByName(site, link));
        found.ifPresent(link -> DeleteLink.onHost(site, mode).delete(link));
        return found.isPresent();
    }

    /**
     * Whether a link is ours although its label is not. Nobody else makes such names but on
     * purpose, so it has to differ from ours in more: no veth, the label of another attachment, an
     * other end on this host, or one that is not the interface in the container.
     */
    private boolean isOwnByName(Site site, Link found) {
        if (!found.kind().equals(kind)
                || Mark.isLabel(found.alias().orElse(""))
                || !found.linkElsewhere()) {
            return false;
        }
        Optional<Link> inside = findInside(site);
        return inside.isEmpty()
                || found.linkIndex().equals(OptionalInt.of(inside.get().index()))
                        && inside.get().linkIndex().equals(OptionalInt.of(found.index()));
    }

    private Optional<Link> findInside(Site site) {
        return site.hasContainer()
                ? new Links(site.containerRoute()).find(Link.named(mark.ifname()))
                : Optional.empty();
    }

    /**
     * Removes the link in the container that carries the mark, and one that was killed on its way
     * to its name.
     *
     * @return false if the container has no such link
     */
    public boolean removeInside(Site site) {
        if (!site.hasContainer()) {
            return false;
        }
        Batch questions = site.containerRoute().batch();
        Reply<Link> named = Links.find(questions, Link.named(mark.ifname()));
        Reply<Link> unnamed = Links.find(questions, Link.named(mark.hostLinkName()));
        site.containerRoute().exchange(questions);
        boolean own = named.value().isPresent()
                && mark.owns(named.value().get().alias().orElse(""))
                && deleteInside(site, named.value());
        return deleteInside(site, unnamed.value()) || own;
    }

    /**
     * Removes a link that another implementation made: the container's interface, if it has no
     * label of ours and is known by something else. A namespace path may be another container's by
     * now, so a name is not enough.
     */
    public void removeForeign(Site site, Known known) {
        deleteInside(
                site,
                findInside(site)
                        .filter(link -> !Mark.isLabel(link.alias().orElse(""))
                                && known.isAttachments(link)));
    }

    /** What tells an attachment's link from another's. */
    public interface Known {
        /** Whether a link in the container is this attachment's. */
        boolean isAttachments(Link link);
    }

    private boolean deleteInside(Site site, Optional<Link> found) {
        if (found.isEmpty() || !found.get().kind().equals(kind)) {
            return false;
        }
        DeleteLink.inContainer(site, mode).delete(found.get());
        return true;
    }

    /** Removes a link of this host whose index is known, and its peer. */
    public void removeAt(Site site, int index) {
        new Links(site.hostRoute())
                .find(Link.at(index))
                .ifPresent(link -> DeleteLink.onHost(site, mode).delete(link));
    }
}
