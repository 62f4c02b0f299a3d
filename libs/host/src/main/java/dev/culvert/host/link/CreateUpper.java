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
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;
import dev.culvert.wire.link.Vlan;

import java.util.List;
import java.util.Optional;

/**
 * The container's interface on top of another link: a macvlan, an ipvlan or a vlan. It is made
 * under the mark's name, since a kernel before 6.13 looks for the wanted name where the request
 * comes from, and gets its name and its label inside.
 *
 * @param info the kind, with its options
 * @param mtuBytes 0 for the master's
 * @param mac empty: a random one, or what the kind brings with it
 * @param inheritsMac whether the kernel gives it the master's address, so that another one is set
 *     afterwards
 * @kernel net/core/rtnetlink.c (rtnl_newlink), drivers/net/macvlan.c, drivers/net/ipvlan, net/8021q
 */
public record CreateUpper(
        Mark mark,
        Master master,
        LinkInfo info,
        int mtuBytes,
        Optional<Mac> mac,
        boolean inheritsMac)
        implements Step {
    @Override
    public List<String> describe() {
        String name = mark.hostLinkName();
        return List.of(
                (master.inContainer() ? "ip -n CONTAINER" : "ip") + " link add link " + master + " "
                        + name + (mtuBytes > 0 ? " mtu " + mtuBytes : "")
                        + mac.map(address -> " address " + address).orElse("")
                        + (master.inContainer() ? "" : " netns CONTAINER") + " type " + info.kind()
                        + " " + info.describe(),
                "ip -n CONTAINER link set " + name + " name " + mark.ifname() + " alias '"
                        + mark.label() + "'");
    }

    @Override
    public void apply(Site site, Undo undo) {
        Link lower = master.find(site);
        if (mtuBytes > lower.mtu().orElse(0)) {
            throw new ConflictException(
                    ConflictException.Kind.DIFFERS,
                    "master " + lower.name() + " has an MTU of " + lower.mtu().orElse(0)
                            + " bytes, the config asks for " + mtuBytes,
                    "lower the mtu, or raise the master's");
        }
        requireUp(lower);
        NewInside inside = new NewInside(mark, info.kind());
        inside.prepare(site, undo);
        create(site, lower);
        inside.finish(
                site, link -> inheritsMac && mac.isPresent() ? link.withMac(mac.get()) : link);
    }

    private void create(Site site, Link lower) {
        Link link = Link.named(mark.hostLinkName())
                .withInfo(info)
                .withLinkIndex(lower.index())
                .withMtu(mtuBytes);
        if (!inheritsMac) {
            link = link.withMac(mac.orElseGet(site::randomMac));
        }
        if (!master.inContainer()) {
            link = link.withNetnsFd(site.container().fd());
        }
        Batch batch = master.socket(site).batch();
        Reply<Void> created =
                Links.create(batch, link, Errno.EEXIST, Errno.EBUSY, Errno.EOPNOTSUPP);
        master.socket(site).exchange(batch);
        if (created.failed()) {
            throw NotMade.on(lower, link, created);
        }
    }

    /** A vlan cannot go up before its master. */
    private void requireUp(Link lower) {
        if (info instanceof Vlan && !lower.isUp()) {
            throw new ConflictException(
                    ConflictException.Kind.DIFFERS,
                    "master " + lower.name() + " is down, which keeps its vlan down",
                    "set it up: ip link set " + lower.name() + " up");
        }
    }

    /** The master is compared where it was named: the default route may have moved since. */
    @Override
    public Optional<Drift> verify(Site site) {
        String object = "link " + mark.ifname() + " in " + site.container().path();
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(mark.ifname()));
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        Link link = found.get();
        site.learnContainerLink(link);
        if (!link.kind().equals(info.kind())) {
            return Drift.unlessEqual(
                    object + " kind", info.kind(), link.kind().isEmpty() ? "none" : link.kind());
        }
        String options = link.info().orElseThrow().narrowedTo(info).describe();
        return Drift.unlessEqual(object, info.describe(), options)
                .or(() -> verifyMaster(site, object, link))
                .or(() -> Drift.unlessAddress(object, mac, link));
    }

    private Optional<Drift> verifyMaster(Site site, String object, Link link) {
        if (master.name().isEmpty()) {
            return Optional.empty();
        }
        Link lower = master.find(site);
        int index = link.linkIndex().orElse(0);
        // One on another of its kind is on that one's master, for the kernel.
        boolean same = index == lower.index()
                || lower.kind().equals(info.kind())
                        && index == lower.linkIndex().orElse(0);
        return same
                ? Optional.empty()
                : Drift.unlessEqual(object + " master", master.name(), "index " + index);
    }
}
