// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.Optional;

/**
 * A link that is made in the container's namespace under the mark's name, and gets its own name and
 * its label there.
 *
 * @param kind the kernel's name of it
 */
record NewInside(Mark mark, String kind) {
    /**
     * Before the link is made: refuses where this attachment has one already, which stays, and
     * pushes the inverse.
     *
     * @throws ConflictException EXISTS
     */
    void prepare(Site site, Undo undo) {
        Batch batch = site.containerRoute().batch();
        Reply<Link> named = Links.find(batch, Link.named(mark.ifname()));
        Reply<Link> unnamed = Links.find(batch, Link.named(mark.hostLinkName()));
        site.containerRoute().exchange(batch);
        Optional<Link> ours =
                named.value().filter(link -> mark.owns(link.alias().orElse(""))).or(unnamed::value);
        if (ours.isPresent()) {
            throw new ConflictException(
                    ConflictException.Kind.EXISTS,
                    "link " + ours.get().name() + " exists in "
                            + site.container().path()
                            + " and belongs to this attachment: container " + mark.containerId()
                            + " has " + mark.ifname() + " on network " + mark.network()
                            + " already",
                    "run DEL before ADD");
        }
        undo.push(
                "delete link " + mark.ifname() + " in the container",
                () -> new RemoveLink(mark, kind, DeleteMode.ACKNOWLEDGED).removeInside(site));
    }

    /**
     * Gives the link its name and its label, and says how it is then.
     *
     * @param change adds what else is to change in the same request
     * @throws ConflictException EXISTS if another link has the name
     */
    void finish(Site site, Change change) {
        Link made = found(new Links(site.containerRoute()).find(Link.named(mark.hostLinkName())));
        Batch batch = site.containerRoute().batch();
        Link named = Link.named(mark.ifname()).withIndex(made.index()).withAlias(mark.label());
        Reply<Void> renamed = Links.set(batch, change.with(named), Errno.EEXIST);
        Reply<Link> asked = Links.find(batch, Link.at(made.index()));
        site.containerRoute().exchange(batch);
        if (renamed.failed()) {
            throw new ConflictException(
                    ConflictException.Kind.EXISTS,
                    "link " + mark.ifname() + " exists in " + site.container().path(),
                    "choose another interface name, or delete that link");
        }
        site.learnContainerLink(found(asked.value()));
    }

    /** What a request changes. */
    interface Change {
        Link with(Link link);
    }

    private Link found(Optional<Link> link) {
        return link.orElseThrow(
                () -> new ErrnoException("find link", mark.ifname(), Errno.ENODEV.negated()));
    }
}
