// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tap;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InsideLink;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.wire.link.Tap;

import java.util.List;

/** The tap plugin: an interface for a virtual machine that runs in the container. */
public final class TapPlugin {
    private TapPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "tap",
                ipam,
                request -> new TapShape(TapConf.parse(request.conf(), request.cniArgs())),
                request -> List.of(InsideLink.of(Tap.KIND, request, ipam)));
    }
}
