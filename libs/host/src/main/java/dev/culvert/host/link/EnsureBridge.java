// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.ConflictException;
import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.os.Sysctl;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Ipv6Conf;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;
import dev.culvert.wire.route.Address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bridge with its gateway addresses. Shared by every attachment on it: made if missing, adopted
 * if there, brought in line where it differs, never undone.
 *
 * <p>It is created with CREATE and EXCL and then looked at: without EXCL the kernel answers 0 for a
 * link of another kind and changes it. It gets its hardware address in the same message, so that
 * neither udev nor a port changes it later; an adopted bridge has it pinned when it gets its first
 * gateway address.
 *
 * @param mtuBytes 0 leaves the MTU alone
 * @param promiscuous switched on when asked, never off
 * @param gateways addresses that the bridge must carry
 * @param forceAddress whether a conflicting address is replaced instead of reported
 * @param duplicateAddressDetection whether gateways are probed for, which keeps IPv6 ones silent
 *     for some seconds
 * @kernel net/bridge/br_netlink.c
 */
public record EnsureBridge(
        String name,
        int mtuBytes,
        boolean promiscuous,
        List<IfAddr> gateways,
        boolean forceAddress,
        boolean duplicateAddressDetection)
        implements Step {
    /** Copies the list. */
    public EnsureBridge {
        gateways = List.copyOf(gateways);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("ip link add " + name + " type bridge");
        String options =
                (mtuBytes > 0 ? " mtu " + mtuBytes : "") + (promiscuous ? " promisc on" : "");
        lines.add("ip link set " + name + options + " up");
        gateways.forEach(gateway -> lines.add("ip addr add " + gateway + " dev " + name));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        Batch batch = site.hostRoute().batch();
        Reply<Void> created = Links.create(
                batch,
                Link.named(name)
                        .withInfo(LinkInfo.Bridge.plain())
                        .withMac(site.randomMac())
                        .withMtu(mtuBytes),
                Errno.EEXIST);
        Reply<Link> found = Links.find(batch, Link.named(name));
        site.hostRoute().exchange(batch);
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
        bridge.ipv6().ifPresent(conf -> setIpv6(site.sysctl(), conf));
        boolean adopted = created.failed();
        bringInLine(site, bridge, adopted ? missingGateways(site, bridge) : gateways, adopted);
        site.learnHostLink(bridge);
    }

    /**
     * By what the link told: each look into /proc/sys/net takes longer, the more namespaces a host
     * has.
     */
    private void setIpv6(Sysctl sysctl, Ipv6Conf found) {
        String key = "net/ipv6/conf/" + name;
        // A container must not become the host's router by a router advertisement (CVE-2020-10749):
        // before it is up.
        if (found.acceptRa() != 0) {
            sysctl.tryEnsure(
                    key + "/accept_ra",
                    "0",
                    "a host with settings that can't be changed wants them so");
        }
        if (gateways.stream().allMatch(IfAddr::isIpv4)) {
            return;
        }
        if (found.disabled() != 0) {
            sysctl.tryEnsure(key + "/disable_ipv6", "0", "adding the address tells why not");
        }
        // Until its link-local address is settled, this host can't ask who has an address that it
        // forwards to.
        if (!duplicateAddressDetection && found.acceptDad() != 0) {
            sysctl.tryEnsure(key + "/accept_dad", "0", "it is only slower at first");
        }
    }

    /** Sets what differs, in one batch. */
    private void bringInLine(Site site, Link bridge, List<IfAddr> missing, boolean adopted) {
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
        if (adopted && !missing.isEmpty() && bridge.mac().isPresent()) {
            change = change.withMac(bridge.mac().get());
        }
        if (!change.equals(same)) {
            Links.set(batch, change);
        }
        for (IfAddr gateway : missing) {
            boolean probed = gateway.isIpv4() || duplicateAddressDetection;
            Addresses.create(
                    batch,
                    Address.on(bridge.index(), gateway, probed ? 0 : Address.IFA_F_NODAD),
                    Errno.EEXIST);
        }
        site.hostRoute().exchange(batch);
    }

    /** The gateways that an adopted bridge lacks; conflicting addresses are removed or reported. */
    private List<IfAddr> missingGateways(Site site, Link bridge) {
        if (gateways.isEmpty()) {
            return gateways;
        }
        List<Address> present = new Addresses(site.hostRoute()).list(bridge.index());
        List<IfAddr> missing = new ArrayList<>();
        Batch batch = site.hostRoute().batch();
        for (IfAddr gateway : gateways) {
            if (present.stream().anyMatch(address -> address.address().equals(gateway))) {
                continue;
            }
            for (Address address : present) {
                if (conflicts(address, gateway)) {
                    if (!forceAddress) {
                        throw new ConflictException(
                                ConflictException.Kind.DIFFERS,
                                "bridge " + name + " has " + address.address()
                                        + ", the config asks for " + gateway,
                                "set forceAddress to replace it, or remove it");
                    }
                    Addresses.delete(batch, address, Errno.EADDRNOTAVAIL);
                }
            }
            missing.add(gateway);
        }
        site.hostRoute().exchange(batch);
        return missing;
    }

    /**
     * IPv4: any other address. IPv6: one of an overlapping subnet; others live side by side.
     * Another gateway of ours is no conflict.
     */
    private boolean conflicts(Address address, IfAddr gateway) {
        IfAddr other = address.address();
        return !gateways.contains(other)
                && other.isIpv4() == gateway.isIpv4()
                && (gateway.isIpv4()
                        || !other.address().isLinkLocal()
                                && other.subnet().overlaps(gateway.subnet()));
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
        if (promiscuous && bridge.promiscuity().orElse(0) == 0) {
            return Drift.unlessEqual("bridge " + name + " promiscuous mode", "on", "off");
        }
        List<Address> present = gateways.isEmpty()
                ? List.of()
                : new Addresses(site.hostRoute()).list(bridge.index());
        for (IfAddr gateway : gateways) {
            if (present.stream().noneMatch(address -> address.address().equals(gateway))) {
                return Drift.missing("address " + gateway + " on bridge " + name);
            }
        }
        return Optional.empty();
    }
}
