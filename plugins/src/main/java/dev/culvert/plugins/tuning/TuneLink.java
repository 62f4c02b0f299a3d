// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.os.Files;
import dev.culvert.sys.ConflictException;
import dev.culvert.wire.link.Link;

import java.util.List;
import java.util.Optional;

/** Attributes of the container's interface; what it had before is kept for DEL. */
record TuneLink(Backup backup, Attributes wanted) implements Step {
    @Override
    public List<String> describe() {
        return List.of("ip -n CONTAINER link set " + backup.ifname() + wanted.describe());
    }

    /** The container's interface, as it is now. */
    static Optional<Link> find(Site site, String ifname) {
        return new Links(site.containerRoute()).find(Link.named(ifname));
    }

    /** Sets what differs. */
    static void set(Site site, Link link, Attributes attributes) {
        Link change = attributes.change(link);
        if (!change.equals(Link.at(link.index()))) {
            Batch batch = site.containerRoute().batch();
            Links.set(batch, change);
            site.containerRoute().exchange(batch);
        }
    }

    @Override
    public void apply(Site site, Undo undo) {
        Link link = find(site, backup.ifname())
                .orElseThrow(() -> new ConflictException(
                        ConflictException.Kind.DIFFERS,
                        "there is no link " + backup.ifname() + " in "
                                + site.container().path() + ", the config asks for it to be tuned",
                        "put a plugin that makes it before this one"));
        Attributes before = wanted.of(link);
        Files files = new Files(site.libc());
        if (!backup.keep(files, before)) {
            undo.push("remove " + backup.path(), () -> files.remove(backup.path()));
        }
        undo.push(
                "set link " + backup.ifname() + " back",
                () -> find(site, backup.ifname()).ifPresent(now -> set(site, now, before)));
        set(site, link, wanted);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        String object = "link " + backup.ifname() + " in " + site.container().path();
        Optional<Link> link = find(site, backup.ifname());
        return link.isEmpty() ? Drift.missing(object) : wanted.verify(object, link.get());
    }
}
