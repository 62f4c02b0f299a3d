// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The tap plugin. */
final class TapUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "tap";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"multiQueue\":true,\"owner\":107" + stage.ipam();
    }

    @Override
    public String looksAs() {
        return "macvlan";
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(
                Keys.keys(Kind.STRING, "bridge", "selinuxContext", "mac", "runtimeConfig.mac"));
        keys.addAll(Keys.keys(Kind.NUMBER, "mtu", "owner", "group"));
        keys.addAll(Keys.keys(Kind.BOOLEAN, "multiQueue"));
        return keys;
    }

    @Override
    public List<String> sources() {
        return List.of("tap/TapConf", "main/LinkConf", "main/RequestedMac");
    }
}
