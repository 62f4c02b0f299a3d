// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.sys.Errno;
import dev.culvert.wire.rtnetlink.NetConf;
import dev.culvert.wire.rtnetlink.Rt;

import java.util.List;
import java.util.Optional;

/**
 * This host forwards packets of a family. Shared: switched on, never off.
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
            site.sysctl().ensure(key(), "1");
        }
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return isOn(site) ? Optional.empty() : site.sysctl().verify(key(), "1");
    }

    /**
     * Asked by netlink: each look into /proc/sys/net takes longer, the more namespaces a host has.
     */
    private boolean isOn(Site site) {
        Batch batch = site.hostRoute().batch();
        Reply<NetConf> conf = batch.askOnce(
                "read forwarding",
                key(),
                Rt.RTM_GETNETCONF,
                writer -> NetConf.encodeGet(writer, ipv4),
                NetConf::decode,
                Errno.EOPNOTSUPP,
                Errno.EINVAL);
        site.hostRoute().exchange(batch);
        return conf.value().filter(found -> found.forwarding() == 1).isPresent();
    }
}
