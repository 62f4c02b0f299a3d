// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.netlink.Addresses;
import dev.culvert.netlink.Batch;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The gateway addresses of a bridge. Shared like the bridge: added where they are missing, never
 * undone.
 *
 * @param bridge a bridge that an earlier step made or found
 * @param gateways addresses that it must carry
 * @param forceAddress whether a conflicting address is replaced instead of reported
 * @param duplicateAddressDetection whether gateways are probed for, which keeps IPv6 ones silent
 *     for some seconds
 */
public record BridgeAddresses(
        String bridge,
        List<IfAddr> gateways,
        boolean forceAddress,
        boolean duplicateAddressDetection)
        implements Step {
    /** Copies the list. */
    public BridgeAddresses {
        gateways = List.copyOf(gateways);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        gateways.forEach(gateway -> lines.add("ip addr add " + gateway + " dev " + bridge));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        Link link = site.hostLink(bridge);
        List<IfAddr> missing = missingGateways(site, link);
        if (missing.isEmpty()) {
            return;
        }
        if (missing.stream().anyMatch(gateway -> !gateway.isIpv4())
                && link.ipv6().filter(found -> found.disabled() != 0).isPresent()) {
            site.sysctl().ensure("net/ipv6/conf/" + bridge + "/disable_ipv6", "0");
        }
        Batch batch = site.hostRoute().batch();
        for (IfAddr gateway : missing) {
            boolean probed = gateway.isIpv4() || duplicateAddressDetection;
            Addresses.create(
                    batch,
                    Address.on(link.index(), gateway, probed ? 0 : Address.IFA_F_NODAD),
                    Errno.EEXIST);
        }
        site.hostRoute().exchange(batch);
    }

    /** The gateways that the bridge lacks; conflicting addresses are removed or reported. */
    private List<IfAddr> missingGateways(Site site, Link link) {
        if (gateways.isEmpty()) {
            return gateways;
        }
        List<Address> present = new Addresses(site.hostRoute()).list(link.index());
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
                                "bridge " + bridge + " has " + address.address()
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
        List<Address> present = gateways.isEmpty()
                ? List.of()
                : new Addresses(site.hostRoute()).list(site.hostLink(bridge).index());
        for (IfAddr gateway : gateways) {
            if (present.stream().noneMatch(address -> address.address().equals(gateway))) {
                return Drift.missing("address " + gateway + " on bridge " + bridge);
            }
        }
        return Optional.empty();
    }
}
