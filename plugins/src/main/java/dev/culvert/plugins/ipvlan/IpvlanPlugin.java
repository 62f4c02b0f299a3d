// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ipvlan;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InsideLink;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.wire.link.Ipvlan;

import java.util.List;

/** The ipvlan plugin: addresses of its own under the hardware address of a link. */
public final class IpvlanPlugin {
    private IpvlanPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "ipvlan",
                ipam,
                request -> IpvlanConf.parse(request).shape(),
                request -> List.of(InsideLink.of(Ipvlan.KIND, request, ipam)));
    }
}
