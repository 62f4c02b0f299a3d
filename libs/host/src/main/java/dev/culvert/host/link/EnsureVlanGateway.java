// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Links;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.link.LinkInfo;
import dev.culvert.wire.link.PortVlans;
import dev.culvert.wire.link.PortVlans.Range;

import java.util.List;
import java.util.Optional;

/**
 * This host's own place in a VLAN of a bridge: a veth pair, one end of which carries the gateway
 * addresses and the other is a port in that VLAN alone. Shared by every attachment in the VLAN like
 * the bridge: made if missing, brought in line, never undone.
 *
 * @param mtuBytes 0 for the kernel's default
 */
public record EnsureVlanGateway(
        String bridge, int vlan, int mtuBytes, boolean duplicateAddressDetection) implements Step {
    private static final int DIGEST_CHARACTERS = 8;

    /** The end with the addresses; at most 15 characters is the configuration's business. */
    public static String name(String bridge, int vlan) {
        return bridge + "." + vlan;
    }

    private String name() {
        return name(bridge, vlan);
    }

    /** The end on the bridge: shorter than what a {@link Mark} names. */
    private String port() {
        return "veth" + Mark.hash(bridge, Integer.toString(vlan)).substring(0, DIGEST_CHARACTERS);
    }

    private SetPortVlans vlans() {
        return new SetPortVlans(
                port(), List.of(new Range(vlan, vlan, PortVlans.PVID | PortVlans.UNTAGGED)), false);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "ip link add " + name() + " type veth peer name " + port(),
                "ip link set " + port() + " master " + bridge,
                vlans().describe().get(0),
                vlans().describe().get(1),
                "ip link set " + port() + " up",
                "ip link set " + name() + " up");
    }

    @Override
    public void apply(Site site, Undo undo) {
        Link gateway = ensurePair(site);
        RouterAdvertisements.refuse(site, gateway);
        if (!duplicateAddressDetection
                && gateway.ipv6().filter(conf -> conf.acceptDad() != 0).isPresent()) {
            site.sysctl()
                    .tryEnsure(
                            "net/ipv6/conf/" + name() + "/accept_dad",
                            "0",
                            "it is only slower at first");
        }
        site.learnHostLink(gateway);
        // A name that is taken by a link whose other end is not ours: an administrator's, as it is.
        if (site.findHostLink(port()).isPresent()) {
            ensurePort(site);
        }
        Batch batch = site.hostRoute().batch();
        Links.set(batch, Link.at(gateway.index()).withFlag(Link.IFF_UP, true));
        site.hostRoute().exchange(batch);
    }

    private Link ensurePair(Site site) {
        Link peer = Link.named(port()).withMac(site.randomMac()).withMtu(mtuBytes);
        Link pair = Link.named(name())
                .withMac(site.randomMac())
                .withMtu(mtuBytes)
                .withInfo(new LinkInfo.Veth(Optional.of(peer)));
        Batch batch = site.hostRoute().batch();
        Links.create(batch, pair, Errno.EEXIST);
        Reply<Link> found = Links.find(batch, Link.named(name()));
        site.hostRoute().exchange(batch);
        return found.value()
                .orElseThrow(() -> new ErrnoException("find link", name(), Errno.ENODEV.negated()));
    }

    /** It goes up last: one that is down was left by a process that was killed. */
    private void ensurePort(Site site) {
        Link port = site.findHostLink(port()).orElseThrow();
        site.learnHostLink(port);
        int master = site.hostLink(bridge).index();
        if (port.master().orElse(0) == master && port.isUp()) {
            return;
        }
        Batch batch = site.hostRoute().batch();
        Links.set(batch, Link.at(port.index()).withMaster(master));
        site.hostRoute().exchange(batch);
        vlans().set(site);
        new BringUp(port.name()).apply(site, new Undo());
    }

    @Override
    public Optional<Drift> verify(Site site) {
        Optional<Link> found = site.findHostLink(name());
        if (found.isEmpty()) {
            return Drift.missing("link " + name());
        }
        site.learnHostLink(found.get());
        if (!found.get().isUp()) {
            return Drift.unlessEqual("link " + name() + " state", "up", "down");
        }
        Optional<Link> port = site.findHostLink(port());
        if (port.isEmpty()) {
            return Optional.empty();
        }
        site.learnHostLink(port.get());
        return vlans().verify(site);
    }
}
