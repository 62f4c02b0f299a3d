// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * Every key that a plugin reads, with its type; {@link DocumentsTest} holds the pages and the
 * sources to it.
 */
final class Keys {
    private static final String DNS =
            "{\"nameservers\":[\"10.0.0.1\"],\"search\":[\"a\"],\"options\":[\"b\"]}";
    private static final String ROUTES = "[{\"dst\":\"10.9.0.0/16\"}]";
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
        switch (plugin) {
            case "loopback" -> keys.addAll(prevResult("ADD"));
            case "bridge" -> {
                keys.addAll(veth());
                keys.addAll(keys(Kind.STRING, "bridge", "args.cni.mac", "runtimeConfig.mac"));
                keys.addAll(keys(
                        Kind.BOOLEAN,
                        "isGateway",
                        "isDefaultGateway",
                        "forceAddress",
                        "hairpinMode",
                        "promiscMode",
                        "macspoofchk",
                        "enabledad",
                        "disableContainerInterface",
                        "portIsolation"));
                keys.addAll(keys(Kind.NUMBER, "vlan"));
                keys.addAll(keys(Kind.LIST, "vlanTrunk"));
            }
            case "ptp" -> {
                keys.addAll(veth());
                keys.addAll(keys(Kind.STRING, "gatewayStyle"));
            }
            case "macvlan" -> {
                keys.addAll(keys(Kind.STRING, "master", "mode", "mac", "runtimeConfig.mac"));
                keys.addAll(keys(Kind.NUMBER, "mtu", "bcqueuelen"));
                keys.addAll(keys(Kind.BOOLEAN, "linkInContainer"));
            }
            case "tuning" -> {
                keys.addAll(keys(Kind.OBJECT, "sysctl", "args.cni.sysctl"));
                keys.addAll(keys(
                        Kind.STRING,
                        "dataDir",
                        "mac",
                        "args.cni.mac",
                        "runtimeConfig.mac",
                        "sysctl.net"));
                keys.addAll(keys(Kind.NUMBER, "mtu", "txQLen", "args.cni.mtu", "args.cni.txQLen"));
                keys.addAll(keys(
                        Kind.BOOLEAN,
                        "promisc",
                        "allmulti",
                        "args.cni.promisc",
                        "args.cni.allmulti"));
                keys.addAll(prevResult("ADD"));
            }
            case "host-local" -> {
                keys.addAll(hostLocal());
                keys.addAll(ipam());
            }
            case "static" -> {
                keys.addAll(ipam());
                keys.addAll(keys(Kind.BOOLEAN, "isGateway", "isDefaultGateway"));
                keys.addAll(dns("ipam.dns"));
                keys.addAll(keys(Kind.LIST, "ipam.addresses"));
                keys.addAll(keys(Kind.OBJECT, "ipam.addresses[0]"));
                keys.addAll(keys(
                        Kind.STRING, "ipam.addresses[0].address", "ipam.addresses[0].gateway"));
                keys.addAll(prevResult("CHECK"));
            }
            default -> throw new IllegalArgumentException(plugin);
        }
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
        return switch (good.plugin()) {
            case "host-local" ->
                full.set("ipam.exclude", "[\"10.1.0.9\"]")
                        .set("ipam.routes", ROUTES)
                        .set("ipam.subnet", "\"10.2.0.0/24\"")
                        .set("args.cni.ips", "[\"\"]")
                        .set("runtimeConfig.ips", "[\"\"]")
                        .set("runtimeConfig.ipRanges", "[[{\"subnet\":\"10.3.0.0/24\"}]]");
            case "static" ->
                full.set("ipam.dns", DNS)
                        .set("ipam.routes", ROUTES)
                        .set("args.cni.ips", "[\"10.9.0.1/24\"]")
                        .set("runtimeConfig.ips", "[\"10.9.0.2/24\"]");
            default -> full;
        };
    }

    private static List<Key> keys(Kind kind, String... paths) {
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

    private static List<Key> dns(String path) {
        List<Key> keys = new ArrayList<>(keys(Kind.OBJECT, path));
        keys.addAll(keys(Kind.STRING, path + ".domain"));
        for (String list : List.of("nameservers", "search", "options")) {
            keys.addAll(keys(Kind.LIST, path + "." + list));
            keys.addAll(keys(Kind.STRING, path + "." + list + "[0]"));
        }
        return keys;
    }

    private static List<Key> veth() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(keys(Kind.BOOLEAN, "ipMasq"));
        keys.addAll(keys(Kind.STRING, "ipMasqBackend"));
        keys.addAll(keys(Kind.NUMBER, "mtu"));
        return keys;
    }

    private static List<Key> ipam() {
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

    private static List<Key> hostLocal() {
        List<Key> keys = new ArrayList<>();
        keys.addAll(keys(
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
        keys.addAll(keys(Kind.LIST, "ipam.exclude"));
        for (String path : List.of("ipam.ranges", "runtimeConfig.ipRanges")) {
            keys.addAll(keys(Kind.LIST, path, path + "[0]"));
            keys.addAll(keys(Kind.OBJECT, path + "[0][0]"));
            keys.addAll(keys(
                    Kind.STRING,
                    path + "[0][0].subnet",
                    path + "[0][0].rangeStart",
                    path + "[0][0].rangeEnd",
                    path + "[0][0].gateway"));
        }
        return keys;
    }

    private static List<Key> prevResult(String verb) {
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
