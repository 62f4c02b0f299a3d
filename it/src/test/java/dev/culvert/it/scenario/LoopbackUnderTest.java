// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;

import java.util.List;

/** The loopback plugin. */
final class LoopbackUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "loopback";
    }

    @Override
    public Sort sort() {
        return Sort.INTERFACE;
    }

    @Override
    public String conf(Stage stage) {
        return "";
    }

    @Override
    public List<Key> keys() {
        return Keys.prevResult("ADD");
    }

    @Override
    public List<String> sources() {
        return List.of("loopback/LoopbackPlugin");
    }
}
