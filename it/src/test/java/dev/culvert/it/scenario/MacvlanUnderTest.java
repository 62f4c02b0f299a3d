// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The macvlan plugin, on one end of a pair. */
final class MacvlanUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "macvlan";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"master\":\"up0\"" + stage.ipam();
    }

    @Override
    public void prepare(Stage stage) {
        Program.sh("ip link show up0 >/dev/null 2>&1 || ip link add up0 up type veth peer up1"
                + " && ip link set up1 up");
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(
                Keys.keys(Kind.STRING, "master", "mode", "mac", "runtimeConfig.mac"));
        keys.addAll(Keys.keys(Kind.NUMBER, "mtu", "bcqueuelen"));
        keys.addAll(Keys.keys(Kind.BOOLEAN, "linkInContainer"));
        return keys;
    }

    @Override
    public List<String> sources() {
        return List.of("macvlan/MacvlanConf", "main/LinkConf", "main/RequestedMac");
    }
}
