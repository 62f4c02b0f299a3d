// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The portmap plugin, of a container with one address. */
final class PortmapUnderTest implements PluginUnderTest {
    private static final String PORTS =
            "[{\"hostPort\":8080,\"containerPort\":80," + "\"protocol\":\"tcp\",\"hostIP\":\"\"}]";

    @Override
    public String name() {
        return "portmap";
    }

    @Override
    public Sort sort() {
        return Sort.CHAINED;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"capabilities\":{\"portMappings\":true},\"runtimeConfig\":{\"portMappings\":"
                + PORTS + "}" + stage.previous();
    }

    @Override
    public List<Key> keys() {
        String ports = "runtimeConfig.portMappings";
        List<Key> keys = new ArrayList<>(Keys.keys(Kind.BOOLEAN, "snat", "masqAll"));
        keys.addAll(Keys.keys(
                Kind.NUMBER, "markMasqBit", ports + "[0].hostPort", ports + "[0].containerPort"));
        keys.addAll(Keys.keys(
                Kind.STRING,
                "backend",
                "externalSetMarkChain",
                ports + "[0].protocol",
                ports + "[0].hostIP"));
        keys.addAll(Keys.keys(Kind.LIST, "conditionsV4", "conditionsV6", ports));
        keys.addAll(Keys.keys(Kind.OBJECT, ports + "[0]"));
        keys.addAll(Keys.prevResult("ADD"));
        return keys;
    }

    @Override
    public Call full(Call good) {
        return good.set("runtimeConfig.portMappings", PORTS);
    }

    @Override
    public List<String> sources() {
        return List.of("portmap/PortmapConf", "portmap/RequestedPort");
    }
}
