// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.cni.plugin.Answer;
import dev.culvert.cni.plugin.FileNames;
import dev.culvert.cni.plugin.Plugin;
import dev.culvert.cni.plugin.Request;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;

import java.util.Map;
import java.util.Optional;

/** The plugin that the configuration names, for a program whose own name says nothing. */
record ByType(Map<String, Plugin> plugins) implements Plugin {
    @Override
    public String name() {
        return Culvert.NAME;
    }

    @Override
    public boolean isIpam(NetConf conf) {
        return chosen(conf).isIpam(conf);
    }

    private Plugin chosen(Request request) {
        return chosen(request.conf());
    }

    private Plugin chosen(NetConf conf) {
        String type = conf.type();
        Optional<Plugin> plugin = FileNames.find(plugins, type);
        if (plugin.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "type: no plugin \"" + type + "\" in this program",
                    "it is one of " + String.join(", ", plugins.keySet()));
        }
        return plugin.get();
    }

    @Override
    public Answer add(Request request) {
        return chosen(request).add(request);
    }

    @Override
    public void del(Request request) {
        chosen(request).del(request);
    }

    @Override
    public void check(Request request) {
        chosen(request).check(request);
    }

    @Override
    public void gc(Request request) {
        chosen(request).gc(request);
    }

    @Override
    public void status(Request request) {
        chosen(request).status(request);
    }
}
