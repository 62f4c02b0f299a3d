// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.it.scenario.Keys.Key;
import dev.culvert.it.scenario.Keys.Kind;

import java.util.ArrayList;
import java.util.List;

/** The static plugin by itself. */
final class StaticUnderTest implements PluginUnderTest {
    @Override
    public String name() {
        return "static";
    }

    @Override
    public Sort sort() {
        return Sort.IPAM;
    }

    @Override
    public String conf(Stage stage) {
        return ",\"ipam\":{\"type\":\"static\",\"addresses\":["
                + "{\"address\":\"10.1.0.7/24\",\"gateway\":\"10.1.0.1\"},{\"address\":\"fd01::7/64\"}],"
                + "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}";
    }

    @Override
    public List<Key> keys() {
        List<Key> keys = new ArrayList<>(Keys.ipam());
        keys.addAll(Keys.keys(Kind.BOOLEAN, "isGateway", "isDefaultGateway"));
        keys.addAll(Keys.dns("ipam.dns"));
        keys.addAll(Keys.keys(Kind.LIST, "ipam.addresses"));
        keys.addAll(Keys.keys(Kind.OBJECT, "ipam.addresses[0]"));
        keys.addAll(
                Keys.keys(Kind.STRING, "ipam.addresses[0].address", "ipam.addresses[0].gateway"));
        keys.addAll(Keys.prevResult("CHECK"));
        return keys;
    }

    @Override
    public Call full(Call good) {
        return good.set("ipam.dns", Keys.DNS)
                .set("ipam.routes", Keys.ROUTES)
                .set("args.cni.ips", "[\"10.9.0.1/24\"]")
                .set("runtimeConfig.ips", "[\"10.9.0.2/24\"]");
    }

    @Override
    public List<String> sources() {
        return List.of("staticipam/StaticConf");
    }
}
