// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.ptp;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.InterfacePlugin;
import dev.culvert.plugins.veth.VethShape;

/** The ptp plugin: a veth pair with routes instead of a bridge. */
public final class PtpPlugin {
    private PtpPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "ptp",
                ipam,
                request -> new PtpShape(PtpConf.parse(request.conf())),
                request -> VethShape.traces(request, ipam));
    }
}
