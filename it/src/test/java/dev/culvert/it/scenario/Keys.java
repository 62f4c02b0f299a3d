// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * Every key that a plugin reads, with its type; {@link DocumentsTest} holds the pages and the
 * sources to it.
 */
final class Keys {
    static final String DNS =
            "{\"nameservers\":[\"10.0.0.1\"],\"search\":[\"a\"],\"options\":[\"b\"]}";
    static final String ROUTES = "[{\"dst\":\"10.9.0.0/16\"}]";
    private static final String RESULT =
            "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\"}],"
                    + "\"ips\":[{\"address\":\"10.1.0.7/24\"}],\"routes\":" + ROUTES + ",\"dns\":"
                    + DNS
                    + "}";

    private Keys() {}

    /** What a value may be, with values of every other kind. */
    enum Kind {
        STRING("5", "true", "[]", "{}"),
        BOOLEAN("\"true\"", "1", "[]", "{}"),
        NUMBER(
                "\"5\"",
                "true",
                "[]",
                "{}",
                "1.5",
                "1e3",
                "1e999",
                "-5000000000",
                "123456789012345678901234567890"),
        LIST("\"a\"", "5", "false", "{}"),
        OBJECT("\"a\"", "5", "false", "[]");

        private final List<String> others;

        Kind(String... others) {
            this.others = List.of(others);
        }

        /** Values of every other kind, as JSON. */
        List<String> others() {
            return others;
        }
    }

    /** A key by its path, and the verb that reads it. */
    record Key(String path, Kind kind, String verb) {}

    /** All keys of a plugin. */
    static List<Key> of(String plugin) {
        List<Key> keys = new ArrayList<>(common());
        keys.addAll(PluginUnderTest.of(plugin).keys());
        return keys;
    }

    /** A configuration with every key of a plugin, on top of a good one. */
    static Call full(Call good) {
        Call full = good.set("dns", DNS)
                .set("args", "{\"cni\":{}}")
                .set("runtimeConfig", "{}")
                .set("culvert", "{}")
                .set("prevResult", RESULT)
                .set("cni.dev/valid-attachments", "[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]");
        return PluginUnderTest.of(good.plugin()).full(full);
    }

    /** Keys of one type that ADD reads. */
    static List<Key> keys(Kind kind, String... paths) {
        return verbKeys("ADD", kind, paths);
    }

    private static List<Key> verbKeys(String verb, Kind kind, String... paths) {
        return List.of(paths).stream().map(path -> new Key(path, kind, verb)).toList();
    }

    private static List<Key> common() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(keys(
                Kind.STRING,
                "cniVersion",
                "name",
                "type",
                "ipam.type",
                "culvert.delete",
                "culvert.log"));
        keys.addAll(keys(Kind.OBJECT, "ipam", "culvert", "capabilities"));
        keys.addAll(keys(Kind.BOOLEAN, "capabilities.portMappings"));
        keys.addAll(dns("dns"));
        keys.addAll(verbKeys("GC", Kind.LIST, "cni.dev/valid-attachments"));
        keys.addAll(verbKeys("GC", Kind.OBJECT, "cni.dev/valid-attachments[0]"));
        keys.addAll(verbKeys(
                "GC",
                Kind.STRING,
                "cni.dev/valid-attachments[0].containerID",
                "cni.dev/valid-attachments[0].ifname"));
        return keys;
    }

    /** The keys of an object with DNS settings. */
    static List<Key> dns(String path) {
        List<Key> keys = new ArrayList<>(keys(Kind.OBJECT, path));
        keys.addAll(keys(Kind.STRING, path + ".domain"));
        for (String list : List.of("nameservers", "search", "options")) {
            keys.addAll(keys(Kind.LIST, path + "." + list));
            keys.addAll(keys(Kind.STRING, path + "." + list + "[0]"));
        }
        return keys;
    }

    /** The keys of plugins that make a pair. */
    static List<Key> veth() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(keys(Kind.BOOLEAN, "ipMasq"));
        keys.addAll(keys(Kind.STRING, "ipMasqBackend"));
        keys.addAll(keys(Kind.NUMBER, "mtu"));
        return keys;
    }

    /** The keys of IPAM plugins. */
    static List<Key> ipam() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(keys(Kind.OBJECT, "args", "args.cni", "runtimeConfig"));
        keys.addAll(keys(Kind.LIST, "args.cni.ips", "runtimeConfig.ips"));
        keys.addAll(keys(Kind.STRING, "runtimeConfig.ips[0]"));
        keys.addAll(routes("ADD", "ipam.routes"));
        return keys;
    }

    private static List<Key> routes(String verb, String path) {
        List<Key> keys = new ArrayList<>();
        keys.addAll(verbKeys(verb, Kind.LIST, path));
        keys.addAll(verbKeys(verb, Kind.OBJECT, path + "[0]"));
        keys.addAll(verbKeys(verb, Kind.STRING, path + "[0].dst", path + "[0].gw"));
        keys.addAll(verbKeys(
                verb,
                Kind.NUMBER,
                path + "[0].mtu",
                path + "[0].advmss",
                path + "[0].priority",
                path + "[0].table",
                path + "[0].scope"));
        return keys;
    }

    /** The keys of a previous result, for the verb that needs it. */
    static List<Key> prevResult(String verb) {
        List<Key> keys = new ArrayList<>();
        keys.addAll(verbKeys(
                verb, Kind.OBJECT, "prevResult", "prevResult.interfaces[0]", "prevResult.ips[0]"));
        keys.addAll(verbKeys(verb, Kind.LIST, "prevResult.interfaces", "prevResult.ips"));
        keys.addAll(verbKeys(
                verb,
                Kind.STRING,
                "prevResult.interfaces[0].name",
                "prevResult.interfaces[0].mac",
                "prevResult.interfaces[0].sandbox",
                "prevResult.ips[0].address",
                "prevResult.ips[0].gateway"));
        keys.addAll(verbKeys(
                verb, Kind.NUMBER, "prevResult.interfaces[0].mtu", "prevResult.ips[0].interface"));
        keys.addAll(routes(verb, "prevResult.routes"));
        return keys;
    }
}
