// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.NetlinkSocket;
import dev.culvert.wire.link.Link;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Removes an attachment's veth pair: found by name, verified by its mark, deleted by index.
 *
 * @see DeleteLink when it counts as gone
 */
public final class RemoveVeth {
    private final Mark mark;
    private final DeleteMode mode;

    public RemoveVeth(Mark mark, DeleteMode mode) {
        this.mark = mark;
        this.mode = mode;
    }

    /**
     * Removes the pair that carries the mark, in its label or, where others changed that, in its
     * name. A link of that name that is certainly another's stays.
     *
     * @return false if this host has no such link
     */
    public boolean removeOwn(Site site) {
        return remove(
                site,
                false,
                Link.named(mark.hostLinkName()),
                found -> mark.owns(found.alias().orElse("")) || isOwnByName(site, found));
    }

    /**
     * Whether a link is ours although its label is not. Nobody else makes such names but on
     * purpose, so it has to differ from ours in more: no veth, the label of another attachment, an
     * other end on this host, or one that is not the interface in the container.
     */
    private boolean isOwnByName(Site site, Link found) {
        if (!found.kind().equals("veth")
                || Mark.isLabel(found.alias().orElse(""))
                || !found.linkElsewhere()) {
            return false;
        }
        Optional<Link> inside = site.hasContainer()
                ? new Links(site.containerRoute()).find(Link.named(mark.ifname()))
                : Optional.empty();
        return inside.isEmpty()
                || found.linkIndex().equals(OptionalInt.of(inside.get().index()))
                        && inside.get().linkIndex().equals(OptionalInt.of(found.index()));
    }

    /**
     * Removes a pair that another implementation made: the container's interface, if it is a veth
     * with the hardware address that this attachment got. A namespace path may be another
     * container's by now, so a name is not enough.
     */
    public void removeForeign(Site site, Mac mac) {
        if (site.hasContainer()) {
            remove(
                    site,
                    true,
                    Link.named(mark.ifname()),
                    found -> found.kind().equals("veth") && found.mac().equals(Optional.of(mac)));
        }
    }

    /** Removes a link of this host whose index is known, and its peer. */
    public void removeAt(Site site, int index) {
        remove(site, false, Link.at(index), found -> true);
    }

    private interface Check {
        boolean accepts(Link found);
    }

    private boolean remove(Site site, boolean inside, Link which, Check check) {
        NetlinkSocket socket = inside ? site.containerRoute() : site.hostRoute();
        Optional<Link> found = new Links(socket).find(which);
        if (found.isEmpty() || !check.accepts(found.get())) {
            return false;
        }
        new DeleteLink(mode).delete(site, inside, found.get());
        return true;
    }
}
