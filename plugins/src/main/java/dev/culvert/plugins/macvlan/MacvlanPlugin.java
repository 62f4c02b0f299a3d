// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.macvlan;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InsideLink;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.wire.link.Macvlan;

import java.util.List;

/** The macvlan plugin: a hardware address of its own on a link of the host's network. */
public final class MacvlanPlugin {
    private MacvlanPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "macvlan",
                ipam,
                request -> MacvlanConf.parse(request.conf(), request.cniArgs()).shape(),
                request -> List.of(InsideLink.of(Macvlan.KIND, request, ipam)));
    }
}
