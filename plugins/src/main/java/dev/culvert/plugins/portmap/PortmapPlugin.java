// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.host.nft.PortmapTrace;
import dev.culvert.plugins.main.ChainedPlugin;

import java.util.List;

/** The portmap plugin: host ports that lead to a container. */
public final class PortmapPlugin {
    private PortmapPlugin() {}

    /** The plugin. */
    public static Plugin create() {
        return new ChainedPlugin(
                "portmap", PortmapShape::of, request -> List.of(new PortmapTrace()));
    }
}
