// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.vlan;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InsideLink;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.wire.link.Vlan;

import java.util.List;

/** The vlan plugin: the frames of a link that carry a tag. */
public final class VlanPlugin {
    private VlanPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "vlan",
                ipam,
                request -> VlanConf.parse(request.conf()).shape(),
                request -> List.of(InsideLink.of(Vlan.KIND, request, ipam)));
    }
}
