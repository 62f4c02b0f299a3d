// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.dummy;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.host.link.CreateDummy;
import dev.culvert.plugins.main.InsideLink;
import dev.culvert.plugins.main.InterfacePlugin;

import java.util.List;

/** The dummy plugin: addresses on a link that leads nowhere. */
public final class DummyPlugin {
    private DummyPlugin() {}

    /** The plugin, with the IPAM plugins of this process. */
    public static Plugin of(Ipam ipam) {
        return new InterfacePlugin(
                "dummy",
                ipam,
                request -> DummyShape.parse(request.conf()),
                request -> List.of(InsideLink.of(CreateDummy.KIND, request, ipam)));
    }
}
