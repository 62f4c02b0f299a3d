// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The host-local plugin by itself. */
final class HostLocalUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "host-local";
    }

    @Override
    public Sort sort() {
        return Sort.IPAM;
    }

    @Override
    public String conf(Stage stage) {
        return stage.ipam();
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.ipam());
        keys.addAll(Keys.keys(
                Kind.STRING,
                "ipam.dataDir",
                "ipam.resolvConf",
                "ipam.reclaim",
                "ipam.exclude[0]",
                "args.cni.ips[0]",
                "ipam.subnet",
                "ipam.rangeStart",
                "ipam.rangeEnd",
                "ipam.gateway"));
        keys.addAll(Keys.keys(Kind.LIST, "ipam.exclude"));
        for (String path : List.of("ipam.ranges", "runtimeConfig.ipRanges")) {
            keys.addAll(Keys.keys(Kind.LIST, path, path + "[0]"));
            keys.addAll(Keys.keys(Kind.OBJECT, path + "[0][0]"));
            keys.addAll(Keys.keys(
                    Kind.STRING,
                    path + "[0][0].subnet",
                    path + "[0][0].rangeStart",
                    path + "[0][0].rangeEnd",
                    path + "[0][0].gateway"));
        }
        return keys;
    }

    @Override
    public Call full(Call good) {
        return good.set("ipam.exclude", "[\"10.1.0.9\"]")
                .set("ipam.routes", Keys.ROUTES)
                .set("ipam.subnet", "\"10.2.0.0/24\"")
                .set("args.cni.ips", "[\"\"]")
                .set("runtimeConfig.ips", "[\"\"]")
                .set("runtimeConfig.ipRanges", "[[{\"subnet\":\"10.3.0.0/24\"}]]");
    }

    @Override
    public List<String> sources() {
        return List.of("hostlocal/HostLocalConf");
    }
}
