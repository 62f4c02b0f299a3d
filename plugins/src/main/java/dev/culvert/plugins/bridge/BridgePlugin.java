// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.plugins.veth.VethShape;

/** The bridge plugin: a veth pair whose host end is a port of a bridge. */
public final class BridgePlugin {
    private BridgePlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "bridge",
                ipam,
                request -> new BridgeShape(BridgeConf.parse(request.conf(), request.cniArgs())),
                request -> VethShape.traces(request, ipam));
    }
}
