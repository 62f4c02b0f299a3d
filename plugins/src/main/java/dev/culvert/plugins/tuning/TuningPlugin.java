// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.cni.plugin.Plugin;
import dev.culvert.plugins.main.ChainedPlugin;

import java.util.List;

/** The tuning plugin: kernel settings and attributes of an interface that is there already. */
public final class TuningPlugin {
    private TuningPlugin() {}

    /** The plugin. */
    public static Plugin create() {
        return new ChainedPlugin(
                "tuning",
                request -> {
                    TuningConf conf = TuningConf.parse(request.conf(), request.cniArgs());
                    return new TuningShape(
                            conf,
                            new Backup(conf.dataDir(), request.containerId(), request.ifname()));
                },
                request -> List.of(new RestoreTrace(TuningConf.dataDir(request.conf()))));
    }
}
