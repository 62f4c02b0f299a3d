// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Request;
import dev.culvert.host.Site;
import dev.culvert.host.link.RemoveLink;
import dev.culvert.net.IpAddr;
import dev.culvert.net.Mac;
import dev.culvert.netlink.Addresses;
import dev.culvert.wire.link.Link;
import dev.culvert.wire.route.Address;

import java.util.List;
import java.util.Optional;

/**
 * How an interface that another implementation made is known to be this attachment's: by the
 * hardware address of the previous result; without one, as in results below 0.3.0 and calls without
 * a result, by an address that IPAM holds for the attachment. Its address must not be free while it
 * carries it.
 */
public record Foreign(Request request, Ipam ipam, Site site) implements RemoveLink.Known {
    @Override
    public boolean isAttachments(Link link) {
        Optional<Mac> mac = PrevResult.readableMac(request);
        return mac.isPresent() ? link.mac().equals(mac) : carries(link, ipam.held(request));
    }

    private boolean carries(Link link, List<IpAddr> held) {
        if (held.isEmpty()) {
            return false;
        }
        for (Address address : new Addresses(site.containerRoute()).list(link.index())) {
            if (held.contains(address.address().address())) {
                return true;
            }
        }
        return false;
    }
}
