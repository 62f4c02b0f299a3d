// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins;

import dev.culvert.cni.plugin.Ipam;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.bridge.BridgePlugin;
import dev.culvert.plugins.dummy.DummyPlugin;
import dev.culvert.plugins.hostlocal.HostLocalPlugin;
import dev.culvert.plugins.ipvlan.IpvlanPlugin;
import dev.culvert.plugins.loopback.LoopbackPlugin;
import dev.culvert.plugins.macvlan.MacvlanPlugin;
import dev.culvert.plugins.portmap.PortmapPlugin;
import dev.culvert.plugins.ptp.PtpPlugin;
import dev.culvert.plugins.staticipam.StaticPlugin;
import dev.culvert.plugins.tap.TapPlugin;
import dev.culvert.plugins.tuning.TuningPlugin;
import dev.culvert.plugins.vlan.VlanPlugin;

import java.util.LinkedHashMap;
import java.util.Map;

/** All plugins of this program, by the names under which runtimes look for them. */
public final class Catalogue {
    private Catalogue() {}

    /** A new set of plugins; IPAM plugins serve the others in this process. */
    public static Map<String, Plugin> all() {
        Map<String, Plugin> ipamPlugins = new LinkedHashMap<>();
        put(ipamPlugins, new HostLocalPlugin());
        put(ipamPlugins, new StaticPlugin());
        Ipam ipam = new Ipam(ipamPlugins);
        Map<String, Plugin> plugins = new LinkedHashMap<>();
        put(plugins, new LoopbackPlugin());
        put(plugins, BridgePlugin.of(ipam));
        put(plugins, PtpPlugin.of(ipam));
        put(plugins, MacvlanPlugin.of(ipam));
        put(plugins, TapPlugin.of(ipam));
        put(plugins, IpvlanPlugin.of(ipam));
        put(plugins, VlanPlugin.of(ipam));
        put(plugins, DummyPlugin.of(ipam));
        put(plugins, TuningPlugin.create());
        put(plugins, PortmapPlugin.create());
        plugins.putAll(ipamPlugins);
        return plugins;
    }

    private static void put(Map<String, Plugin> plugins, Plugin plugin) {
        plugins.put(plugin.name(), plugin);
    }
}
