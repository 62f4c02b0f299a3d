// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.Reply;
import dev.culvert.sys.Errno;
import dev.culvert.wire.link.ForwardingConf;
import dev.culvert.wire.netlink.Rt;

import java.util.List;
import java.util.Optional;

/**
 * This host forwards packets of a family. Shared: switched on, never off. A host that has its own
 * way out from a router's advertisements keeps it.
 *
 * @kernel Documentation/networking/ip-sysctl.rst, ip_forward and conf/all/forwarding
 */
public record Forwarding(boolean ipv4) implements Step {
    private String key() {
        return ipv4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding";
    }

    @Override
    public List<String> describe() {
        return List.of("sysctl " + key().replace('/', '.') + "=1");
    }

    @Override
    public void apply(Site site, Undo undo) {
        if (!isOn(site)) {
            if (!ipv4) {
                RouterAdvertisements.keepWhileForwarding(site);
            }
            site.sysctl().ensure(key(), "1");
        }
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return isOn(site) ? Optional.empty() : site.verifySysctl(key(), "1");
    }

    /**
     * Asked by netlink: each look into /proc/sys/net takes longer, the more namespaces a host has.
     */
    private boolean isOn(Site site) {
        Batch batch = site.hostRoute().batch();
        Reply<ForwardingConf> conf = batch.askOnce(
                "read forwarding",
                key(),
                Rt.RTM_GETNETCONF,
                writer -> ForwardingConf.encodeGet(writer, ipv4),
                ForwardingConf::decode,
                Errno.EOPNOTSUPP,
                Errno.EINVAL);
        site.hostRoute().exchange(batch);
        return conf.value().filter(found -> found.forwarding() == 1).isPresent();
    }
}
