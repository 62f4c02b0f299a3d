// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

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
        site.sysctl().ensure(key(), "1");
    }

    @Override
    public Optional<Drift> verify(Site site) {
        return Drift.unlessEqual("sysctl " + key(), "1", site.sysctl().find(key()).orElse("no such key"));
    }
}
