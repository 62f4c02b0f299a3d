// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.Errno;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;

import java.util.List;
import java.util.Optional;

/**
 * A dummy link in the container, which carries addresses and drops what is sent.
 *
 * @param mtuBytes 0 for the kernel's default
 * @param mac a random one if absent
 * @kernel drivers/net/dummy.c
 */
public record CreateDummy(Mark mark, int mtuBytes, Optional<Mac> mac) implements Step {
    /** The kernel's name of the kind. */
    public static final String KIND = "dummy";

    @Override
    public List<String> describe() {
        String name = mark.hostLinkName();
        return List.of(
                "ip -n CONTAINER link add " + name + (mtuBytes > 0 ? " mtu " + mtuBytes : "")
                        + mac.map(address -> " address " + address).orElse("") + " type " + KIND,
                "ip -n CONTAINER link set " + name + " name " + mark.ifname() + " alias '"
                        + mark.label() + "'");
    }

    @Override
    public void apply(Site site, Undo undo) {
        NewInside inside = new NewInside(mark, KIND);
        inside.prepare(site, undo);
        Batch batch = site.containerRoute().batch();
        Link link = Link.named(mark.hostLinkName())
                .withInfo(new LinkInfo.Unknown(KIND, new byte[0]))
                .withMtu(mtuBytes)
                .withMac(mac.orElseGet(site::randomMac));
        Reply<Void> created = Links.create(batch, link, Errno.EOPNOTSUPP);
        site.containerRoute().exchange(batch);
        if (created.failed()) {
            throw NotMade.kind(KIND, "");
        }
        inside.finish(site, change -> change);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        String object = "link " + mark.ifname() + " in " + site.container().path();
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(mark.ifname()));
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        Link link = found.get();
        site.learnContainerLink(link);
        return Drift.unlessEqual(
                        object + " kind", KIND, link.kind().isEmpty() ? "none" : link.kind())
                .or(() -> Drift.unlessAddress(object, mac, link));
    }
}
