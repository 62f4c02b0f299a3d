// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.host.legacy.ReferencePorts;
import dev.culvert.host.nft.PortmapTrace;
import dev.culvert.net.IpAddr;
import dev.culvert.plugins.main.ChainedPlugin;

import java.util.ArrayList;
import java.util.List;

/** The portmap plugin: host ports that lead to a container. */
public final class PortmapPlugin {
    private PortmapPlugin() {}

    /** The plugin. */
    public static Plugin create() {
        return new ChainedPlugin(
                "portmap",
                PortmapShape::of,
                request -> List.of(new PortmapTrace(), new ReferencePorts(addresses(request))));
    }

    /** As far as a previous result tells them: DEL and GC come through without. */
    private static List<IpAddr> addresses(Request request) {
        List<IpAddr> addresses = new ArrayList<>();
        request.conf()
                .readablePrevResult()
                .ifPresent(result -> PortmapShape.addresses(result, request.ifname())
                        .forEach(address -> addresses.add(address.address())));
        return addresses;
    }
}
