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
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.BridgePort;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A veth pair of an attachment: one end on this host, perhaps a port of a bridge; the other born in
 * the container under its final name. Both have their hardware address from birth, so that no
 * daemon gives them another.
 *
 * <p>The host's end is named and labelled by its {@link Mark}. The label can't be part of the
 * creating message (the kernel ignores it there), so it follows in the same send.
 *
 * @param mtuBytes 0 for the kernel's default
 * @param containerMac a random one if absent
 * @param port absent for a pair without a bridge
 * @kernel drivers/net/veth.c
 */
public record CreateVeth(Mark mark, int mtuBytes, Optional<Mac> containerMac, Optional<Port> port)
        implements Step {
    /** The end of the pair on a bridge. */
    public record Port(String bridge, boolean hairpin, boolean isolated) {}

    @Override
    public List<String> describe() {
        String host = mark.hostLinkName();
        String mtu = mtuBytes > 0 ? " mtu " + mtuBytes : "";
        List<String> lines = new ArrayList<>();
        lines.add("ip link add " + host + mtu
                + port.map(p -> " master " + p.bridge()).orElse("")
                + " type veth peer name " + mark.ifname() + mtu
                + containerMac.map(mac -> " address " + mac).orElse("") + " netns CONTAINER");
        lines.add("ip link set " + host + " alias '" + mark.label() + "'");
        port.ifPresent(p -> lines.add("ip link set " + host + " type bridge_slave hairpin "
                + onOff(p.hairpin()) + " isolated " + onOff(p.isolated())));
        return lines;
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    @Override
    public void apply(Site site, Undo undo) {
        refuseExisting(site);
        String host = mark.hostLinkName();
        undo.push("delete link " + host, () -> removal().removePair(site));
        Mac mac = containerMac.orElseGet(site::randomMac);
        Batch batch = site.hostRoute().batch();
        Reply<Void> created = Links.create(batch, creation(site, mac), Errno.EEXIST, Errno.EXFULL);
        Reply<Void> labelled = Links.set(batch, labelled());
        Reply<Link> found = Links.find(batch, Link.named(host));
        site.hostRoute().exchangeUnchecked(batch);
        created.check();
        if (created.failed()) {
            throw refused(site, created);
        }
        found.check();
        Link hostLink = found.value()
                .orElseThrow(() -> new ErrnoException("find link", host, Errno.ENODEV.negated()));
        // Without its label nobody would know it for ours, so until it has one it goes by its
        // index.
        undo.push(
                "delete link " + host + " by its index",
                () -> removeUnlabelled(site, labelled, hostLink));
        labelled.check();
        RouterAdvertisements.refuse(site, hostLink);
        if (port.isEmpty()) {
            // Until its link-local address is settled, this host can't ask who has an address that
            // it forwards to.
            site.sysctl()
                    .tryEnsure(
                            "net/ipv6/conf/" + host + "/accept_dad",
                            "0",
                            "a kernel without IPv6 asks for none");
        }
        site.learnHostLink(hostLink);
        int peerIndex = hostLink.linkIndex().orElse(0);
        site.learnContainerLink(Link.named(mark.ifname())
                .withIndex(peerIndex)
                .withMac(mac)
                .withMtu(hostLink.mtu().orElse(0)));
    }

    private RemoveLink removal() {
        return new RemoveLink(mark, "veth", DeleteMode.ACKNOWLEDGED);
    }

    private void removeUnlabelled(Site site, Reply<Void> labelled, Link hostLink) {
        if (labelled.failed()) {
            removal().removeAt(site, hostLink.index());
        }
    }

    private void refuseExisting(Site site) {
        Optional<Link> existing = new Links(site.hostRoute()).find(Link.named(mark.hostLinkName()));
        if (existing.isPresent()) {
            boolean ours = mark.owns(existing.get().alias().orElse(""));
            throw new ConflictException(
                    ConflictException.Kind.EXISTS,
                    "link " + mark.hostLinkName() + " exists"
                            + (ours
                                    ? " and belongs to this attachment: container "
                                            + mark.containerId() + " has " + mark.ifname()
                                            + " on network " + mark.network() + " already"
                                    : " and belongs to somebody else"),
                    ours ? "run DEL before ADD" : "delete or rename that link");
        }
    }

    // NEWLINK veth: the host's end, on the bridge; its peer born in the container. A peer can't be
    // born up (ENOTCONN).
    private Link creation(Site site, Mac mac) {
        Link peer = Link.named(mark.ifname())
                .withMac(mac)
                .withMtu(mtuBytes)
                .withNetnsFd(site.container().fd());
        Link host = Link.named(mark.hostLinkName())
                .withMac(site.randomMac())
                .withMtu(mtuBytes)
                .withInfo(new LinkInfo.Veth(Optional.of(peer)));
        return port.map(p -> host.withMaster(site.hostLink(p.bridge()).index())).orElse(host);
    }

    private Link labelled() {
        Link link = Link.named(mark.hostLinkName()).withAlias(mark.label());
        return port.map(p -> link.withPort(BridgePort.of(p.hairpin(), p.isolated())))
                .orElse(link);
    }

    private RuntimeException refused(Site site, Reply<Void> created) {
        if (created.failedWith(Errno.EXFULL)) {
            return new ConflictException(
                    ConflictException.Kind.FULL,
                    "bridge " + port.map(Port::bridge).orElse("") + " is full: the kernel allows "
                            + "1023 ports, the config asks for one more",
                    "use a second network with another bridge");
        }
        return new ConflictException(
                ConflictException.Kind.EXISTS,
                "link " + mark.ifname() + " exists in " + site.container().path(),
                "choose another interface name, or delete that link");
    }

    /**
     * The MTU is left to whoever has the result: a later plugin of the chain may have changed that
     * of one end.
     */
    @Override
    public Optional<Drift> verify(Site site) {
        String name = mark.hostLinkName();
        Optional<Link> found = new Links(site.hostRoute()).find(Link.named(name));
        if (found.isEmpty()) {
            return Drift.missing("link " + name);
        }
        Link host = found.get();
        site.learnHostLink(host);
        return verifyPort(site, host).or(() -> verifyContainer(site, host));
    }

    private Optional<Drift> verifyPort(Site site, Link host) {
        if (port.isEmpty()) {
            return Optional.empty();
        }
        Port wanted = port.get();
        if (host.master().orElse(0) != site.hostLink(wanted.bridge()).index()) {
            return Drift.unlessEqual(
                    "link " + host.name() + " master",
                    wanted.bridge(),
                    host.master().isPresent() ? "index " + host.master().getAsInt() : "none");
        }
        BridgePort found = host.port().orElse(BridgePort.of(false, false));
        return unlessOn(host, "hairpin", wanted.hairpin(), found.hairpin())
                .or(() -> unlessOn(host, "isolated", wanted.isolated(), found.isolated()));
    }

    /** What others switched on besides is their business. */
    private static Optional<Drift> unlessOn(
            Link host, String option, boolean wanted, OptionalInt found) {
        return wanted && found.orElse(0) == 0
                ? Drift.unlessEqual("link " + host.name() + " " + option, "on", "off")
                : Optional.empty();
    }

    private Optional<Drift> verifyContainer(Site site, Link host) {
        String object = "link " + mark.ifname() + " in " + site.container().path();
        Optional<Link> found = new Links(site.containerRoute()).find(Link.named(mark.ifname()));
        if (found.isEmpty()) {
            return Drift.missing(object);
        }
        Link link = found.get();
        site.learnContainerLink(link);
        if (link.index() != host.linkIndex().orElse(0)) {
            return Drift.unlessEqual(object, "the peer of " + host.name(), "another link");
        }
        return Drift.unlessAddress(object, containerMac, link);
    }
}
