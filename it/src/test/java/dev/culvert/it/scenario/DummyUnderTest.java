// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.List;

/** The dummy plugin. */
final class DummyUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "dummy";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return stage.ipam();
    }

    @Override
    public boolean runsHere() {
        return PluginUnderTest.succeeds("ip link add a type dummy");
    }

    @Override
    public String looksAs() {
        return "macvlan";
    }

    @Override
    public List<Key> keys() {
        return Keys.keys(Kind.NUMBER, "mtu");
    }

    @Override
    public List<String> sources() {
        return List.of("dummy/DummyShape", "main/LinkConf");
    }
}
