// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.os.Files;
import dev.culvert.os.Sysctl;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Ipv6Conf;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;
import dev.culvert.wire.route.Address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A bridge. Shared by every attachment on it: made if missing, adopted if there, brought in line
 * where it differs, never undone.
 *
 * <p>It is created with CREATE and EXCL and then looked at: without EXCL the kernel answers 0 for a
 * link of another kind and changes it. It gets its hardware address in the same message, so that
 * neither udev nor a port changes it later; an adopted bridge that is a gateway has its own pinned.
 *
 * @param mtuBytes 0 leaves the MTU alone
 * @param promiscuous switched on when asked, never off
 * @param vlans whether it keeps VLANs apart; switched on when asked, never off
 * @param gateway whether it is going to carry addresses of gateways
 * @param duplicateAddressDetection whether gateways are probed for, which keeps IPv6 ones silent
 *     for some seconds
 * @kernel net/bridge/br_netlink.c
 */
public record EnsureBridge(
        String name,
        int mtuBytes,
        boolean promiscuous,
        boolean vlans,
        boolean gateway,
        boolean duplicateAddressDetection)
        implements Step {
    private static final byte NET_ADDR_SET = '3';
    private static final int ASSIGN_TYPE_MAX = 16;

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("ip link add " + name + " type bridge" + (vlans ? " vlan_filtering 1" : ""));
        String options =
                (mtuBytes > 0 ? " mtu " + mtuBytes : "") + (promiscuous ? " promisc on" : "");
        lines.add("ip link set " + name + options + " up");
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        Batch batch = site.hostRoute().batch();
        Reply<Void> created = Links.create(
                batch,
                Link.named(name).withInfo(info()).withMac(site.randomMac()).withMtu(mtuBytes),
                Errno.EEXIST,
                Errno.EOPNOTSUPP);
        Reply<Link> found = Links.find(batch, Link.named(name));
        site.hostRoute().exchange(batch);
        if (created.failedWith(Errno.EOPNOTSUPP)) {
            throw vlans ? NotMade.vlansOf(name) : NotMade.kind("bridge", "");
        }
        Link bridge = found.value()
                .orElseThrow(() -> new ErrnoException("find bridge", name, Errno.ENODEV.negated()));
        if (!bridge.kind().equals("bridge")) {
            throw new ConflictException(
                    ConflictException.Kind.DIFFERS,
                    "link " + name + " exists and is "
                            + (bridge.kind().isEmpty() ? "no bridge" : "a " + bridge.kind())
                            + ", the config asks for a bridge",
                    "choose another bridge name, or delete the link");
        }
        requireRoom(site, bridge);
        RouterAdvertisements.refuse(site, bridge);
        bridge.ipv6().ifPresent(conf -> setIpv6(site.sysctl(), conf));
        Optional<Mac> pinned =
                created.failed() && gateway ? macToPin(site, bridge) : Optional.empty();
        bringInLine(site, bridge, pinned);
        site.learnHostLink(pinned.map(bridge::withMac).orElse(bridge));
    }

    private LinkInfo.Bridge info() {
        return vlans
                ? new LinkInfo.Bridge(OptionalInt.of(1), OptionalInt.empty())
                : LinkInfo.Bridge.plain();
    }

    private static boolean keepsVlansApart(Link bridge) {
        return bridge.info().orElse(null) instanceof LinkInfo.Bridge found
                && found.vlanFiltering().orElse(0) != 0;
    }

    /** The IPv6 addresses of a bridge serve attachments that other configurations made, too. */
    private void requireRoom(Site site, Link bridge) {
        if (mtuBytes == 0 || mtuBytes >= Ipv6Conf.MTU_MIN) {
            return;
        }
        for (Address address : new Addresses(site.hostRoute()).list(bridge.index())) {
            IfAddr taken = address.address();
            if (!taken.isIpv4() && !taken.address().isLinkLocal()) {
                throw new ConflictException(
                        ConflictException.Kind.DIFFERS,
                        "bridge " + name + " has " + taken + ", which needs an MTU of at least "
                                + Ipv6Conf.MTU_MIN + " bytes, the config asks for " + mtuBytes,
                        "raise the MTU, or choose another bridge");
            }
        }
    }

    /**
     * By what the link told: each look into /proc/sys/net takes longer, the more namespaces a host
     * has.
     */
    private void setIpv6(Sysctl sysctl, Ipv6Conf found) {
        // Until its link-local address is settled, this host can't ask who has an address that it
        // forwards to.
        if (gateway && !duplicateAddressDetection && found.acceptDad() != 0) {
            sysctl.tryEnsure(
                    "net/ipv6/conf/" + name + "/accept_dad", "0", "it is only slower at first");
        }
    }

    /**
     * The hardware address that an adopted bridge is to keep: a gateway must not take that of a
     * port which joins. One that has been set stays by itself, and setting it again would make
     * neighbours forget; a bridge that has lost all its ports has the address zero, with which no
     * packet passes.
     *
     * @kernel net/bridge/br_stp_if.c (br_stp_recalculate_bridge_id), include/uapi/linux/netdevice.h
     */
    private Optional<Mac> macToPin(Site site, Link bridge) {
        if (bridge.mac().isEmpty() || bridge.mac().get().isZero()) {
            return Optional.of(site.randomMac());
        }
        boolean set = new Files(site.libc())
                .find("/sys/class/net/" + name + "/addr_assign_type", ASSIGN_TYPE_MAX)
                .filter(text -> text.length > 0 && text[0] == NET_ADDR_SET)
                .isPresent();
        return set ? Optional.empty() : bridge.mac();
    }

    /** Sets what differs, in one batch. */
    private void bringInLine(Site site, Link bridge, Optional<Mac> mac) {
        Batch batch = site.hostRoute().batch();
        Link same = Link.at(bridge.index());
        Link change =
                mtuBytes > 0 && bridge.mtu().orElse(0) != mtuBytes ? same.withMtu(mtuBytes) : same;
        if (promiscuous && (bridge.flags() & Link.IFF_PROMISC) == 0) {
            change = change.withFlag(Link.IFF_PROMISC, true);
        }
        if (!bridge.isUp()) {
            change = change.withFlag(Link.IFF_UP, true);
        }
        if (mac.isPresent()) {
            change = change.withMac(mac.get());
        }
        if (vlans && !keepsVlansApart(bridge)) {
            change = change.withInfo(info());
        }
        if (change.equals(same)) {
            return;
        }
        Reply<Void> changed = Links.set(batch, change, Errno.EOPNOTSUPP);
        site.hostRoute().exchange(batch);
        if (changed.failed()) {
            throw NotMade.vlansOf(name);
        }
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Optional<Link> found = new Links(site.hostRoute()).find(Link.named(name));
        if (found.isEmpty()) {
            return Drift.missing("bridge " + name);
        }
        Link bridge = found.get();
        site.learnHostLink(bridge);
        if (!bridge.kind().equals("bridge")) {
            return Drift.unlessEqual("link " + name + " kind", "bridge", bridge.kind());
        }
        if (!bridge.isUp()) {
            return Drift.unlessEqual("bridge " + name + " state", "up", "down");
        }
        if (vlans && !keepsVlansApart(bridge)) {
            return Drift.unlessEqual("bridge " + name + " vlan_filtering", "1", "0");
        }
        if (promiscuous && bridge.promiscuity().orElse(0) == 0) {
            return Drift.unlessEqual("bridge " + name + " promiscuous mode", "on", "off");
        }
        return Optional.empty();
    }
}
