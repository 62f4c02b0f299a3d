// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.main;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.link.CreateUpper;
import dev.culvert.host.link.Master;
import dev.culvert.net.Mac;
import dev.culvert.sys.ConflictException;
import dev.culvert.wire.link.LinkInfo;

import java.util.Optional;

/**
 * What an interface on top of another link needs, as a plan.
 *
 * <pre>
 *   host:       eth0 (master)
 *   - - - - - - - | - - - - - -
 *   container:  eth0 (addresses, routes)
 * </pre>
 *
 * @param info the kind, with its options
 * @param inheritsMac whether the kernel gives it the master's hardware address
 * @param announces whether it takes a hardware address, which is how addresses are announced
 * @param chained addresses and routes of an earlier plugin, for want of IPAM
 */
public record UpperShape(
        Master master,
        LinkInfo info,
        LinkConf conf,
        Optional<Mac> mac,
        boolean inheritsMac,
        boolean announces,
        Optional<CniResult> chained)
        implements InsideShape {
    @Override
    public CniResult complete(CniResult given) {
        return given.ips().isEmpty() ? chained.orElse(given) : given;
    }

    @Override
    public Step link(Ends ends) {
        return new CreateUpper(ends.mark(), master, info, ends.mtuBytes(), ends.mac(), inheritsMac);
    }

    @Override
    public void status(Site site) {
        if (master.inContainer()) {
            return;
        }
        try {
            master.find(site);
        } catch (ConflictException e) {
            throw new CniException(CniErrorCode.NOT_AVAILABLE, e.getMessage(), e.cure());
        }
    }
}
