// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETWORK_CONFIG;
import static dev.culvert.cni.spec.CniErrorCode.IO_FAILURE;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** Configurations that are well-formed but impossible, or ask for what we refuse by name. */
@InNetns(mayLeave = true)
final class BadConfTest {
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @ParameterizedTest
    @MethodSource({"ours", "bridge", "ptp", "ranges", "requests", "addresses", "values", "gc"})
    void isRefused(Bad bad) {
        bad.requireRefused(stage);
    }

    private static Bad conf(String plugin, String path, String value, String... words) {
        return conf(INVALID_NETWORK_CONFIG, plugin, path, value, words);
    }

    private static Bad conf(
            CniErrorCode code, String plugin, String path, String value, String... words) {
        return Bad.of(
                plugin + ": " + path + " = " + value,
                plugin,
                Refusal.of(code, words),
                (_, good) -> good.set(path, value));
    }

    static Stream<Bad> ours() {
        return Stage.plugins()
                .flatMap(plugin -> Stream.of(
                        conf(
                                plugin,
                                "culvert.speed",
                                "1",
                                "culvert.speed: unknown key",
                                "known are delete, log"),
                        conf(plugin, "culvert.Delete", "\"auto\"", "culvert.Delete: unknown key"),
                        Bad.of(
                                plugin + ": culvert.delete that is no mode",
                                plugin,
                                Refusal.of(
                                        INVALID_NETWORK_CONFIG,
                                        "culvert.delete: unknown delete mode \"later\"",
                                        "wanted: announced, acknowledged or auto"),
                                (_, good) -> good.without("CULVERT_DELETE")
                                        .set("culvert.delete", "\"later\""))));
    }

    static Stream<Bad> bridge() {
        String noInterface = "disableContainerInterface: cannot use IPAM";
        return Stream.of(
                conf("bridge", "vlan", "4095", "vlan: invalid VLAN ID 4095"),
                conf("bridge", "vlan", "-1", "vlan: invalid VLAN ID -1"),
                conf("bridge", "vlanTrunk", "[{\"id\":5},{\"id\":0}]", "vlanTrunk[1].id: "),
                conf("bridge", "vlanTrunk", "[{\"minID\":5}]", "vlanTrunk[0]: minID and maxID"),
                conf(
                        "bridge",
                        "ipMasqBackend",
                        "\"iptables\"",
                        "ipMasqBackend: \"iptables\" is not supported"),
                conf(
                        "bridge",
                        "ipMasqBackend",
                        "\"ebtables\"",
                        "ipMasqBackend: unknown",
                        "\"ebtables\""),
                conf("bridge", "disableContainerInterface", "true", noInterface),
                conf("bridge", "mtu", "67", "mtu: 67 is not between 68 and 65535 bytes"),
                conf("bridge", "mtu", "65536", "mtu: 65536 is not between"),
                conf("bridge", "bridge", "\"\"", "bridge: \"\" is no interface name"),
                conf("bridge", "bridge", "\"..\"", "bridge: \"..\" is no interface name"),
                conf("bridge", "bridge", "\"a/b\"", "bridge: \"a/b\" is no interface name"),
                conf("bridge", "bridge", "\"br%d\"", "bridge: \"br%d\" is no interface name"),
                conf(
                        "bridge",
                        "bridge",
                        "\"br\\u00000\"",
                        "bridge: \"br\\u00000\" is no interface name".replace("\\u0000", "\0")),
                conf(
                        "bridge",
                        "bridge",
                        "\"abcdefghijklmnop\"",
                        "is no interface name of 1 to 15 bytes"),
                conf("bridge", "runtimeConfig.mac", "\"02:00\"", "runtimeConfig.mac", "02:00"),
                conf(
                        "bridge",
                        "args.cni.mac",
                        "\"01:00:5e:00:00:01\"",
                        "args.cni.mac: 01:00:5e:00:00:01"),
                Bad.of(
                        "hairpin and promiscuous",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "hairpinMode, promiscMode"),
                        (_, good) -> good.set("hairpinMode", "true").set("promiscMode", "true")),
                Bad.of(
                        "everything at once",
                        "bridge",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG,
                                "hairpinMode, promiscMode",
                                "vlan: ",
                                "vlanTrunk[0].id: ",
                                "mtu: 1 ",
                                "ipMasqBackend: ",
                                noInterface),
                        (_, good) -> good.set("hairpinMode", "true")
                                .set("promiscMode", "true")
                                .set("vlan", "5000")
                                .set("mtu", "1")
                                .set("vlanTrunk", "[{\"id\":5000}]")
                                .set("ipMasqBackend", "\"iptables\"")
                                .set("disableContainerInterface", "true")));
    }

    static Stream<Bad> ptp() {
        return Stream.of(
                conf("ptp", "ipam", "{}", "ipam.type: missing"),
                conf("ptp", "gatewayStyle", "\"arp\"", "gatewayStyle: \"arp\" is neither"),
                conf(
                        "ptp",
                        "ipMasqBackend",
                        "\"iptables\"",
                        "ipMasqBackend: \"iptables\" is not supported"),
                conf(
                        "ptp",
                        "ipam",
                        "{\"type\":\"static\",\"addresses\":[{\"address\":\"10.9.0.2/24\"}]}",
                        "10.9.0.2/24 comes without a gateway"),
                conf(
                        "ptp",
                        "ipam",
                        "{\"type\":\"static\"}",
                        "IPAM plugin returned missing IP config"));
    }

    private static Bad ranges(String value, String... words) {
        return conf("host-local", "ipam.ranges", value, words);
    }

    static Stream<Bad> ranges() {
        return Stream.of(
                conf("host-local", "ipam", "null", "IPAM config missing 'ipam' key"),
                ranges("[]", "ipam.ranges: no IP ranges specified"),
                ranges("[[]]", "ipam.ranges[0]: invalid range set 0: empty range set"),
                ranges("[[{}]]", "ipam.ranges[0][0].subnet: missing"),
                ranges("[[{\"subnet\":\"10.1.0.0/33\"}]]", "ipam.ranges[0][0].subnet", "33"),
                ranges(
                        "[[{\"subnet\":\"10.1.0.256/24\"}]]",
                        "ipam.ranges[0][0].subnet",
                        "10.1.0.256"),
                ranges("[[{\"subnet\":\"10.1.0.0\"}]]", "ipam.ranges[0][0].subnet"),
                ranges("[[{\"subnet\":\"10.1.0.0/31\"}]]", "10.1.0.0/31"),
                ranges("[[{\"subnet\":\"10.1.0.1/24\"}]]", "10.1.0"),
                ranges(
                        "[[{\"subnet\":\"10.1.0.0/24\"},{\"subnet\":\"fd01::/64\"}]]",
                        "mixed address families"),
                ranges("[[{\"subnet\":\"10.1.0.0/24\"},{\"subnet\":\"10.1.0.0/25\"}]]", "overlap"),
                ranges(
                        "[[{\"subnet\":\"10.1.0.0/24\"}],[{\"subnet\":\"10.1.0.0/25\"}]]",
                        "range set 0 overlaps with 1"),
                ranges(
                        "[[{\"subnet\":\"10.1.0.0/24\",\"rangeStart\":\"10.1.0.9\",\"rangeEnd\":\"10.1.0.8\"}]]",
                        "10.1.0.9"),
                ranges("[[{\"subnet\":\"10.1.0.0/24\",\"rangeStart\":\"10.2.0.9\"}]]", "10.2.0.9"),
                ranges(
                        "[[{\"subnet\":\"10.1.0.0/24\",\"gateway\":\"gw\"}]]",
                        "ipam.ranges[0][0].gateway",
                        "gw"),
                conf("host-local", "ipam.exclude", "[\"10.1.0.9-10.1.0.1\"]", "ipam.exclude[0]"),
                conf("host-local", "ipam.reclaim", "\"always\"", "ipam.reclaim", "\"always\""),
                conf("host-local", "ipam.routes", "[{}]", "ipam.routes[0].dst: missing"),
                conf(
                        "host-local",
                        "ipam.routes",
                        "[{\"dst\":\"default\"}]",
                        "ipam.routes[0].dst",
                        "default"),
                conf("host-local", "ipam.dataDir", "\"/nonexistent\\u0000/x\"", "ipam.dataDir"),
                conf("host-local", "ipam.resolvConf", "\"a\\u0000b\"", "ipam.resolvConf"),
                conf(
                        IO_FAILURE,
                        "host-local",
                        "name",
                        "\"" + "n".repeat(300) + "\"",
                        "n".repeat(300),
                        "ENAMETOOLONG"));
    }

    private static Bad request(String address, String... words) {
        return Bad.of(
                "host-local asked for " + address,
                "host-local",
                Refusal.of(INVALID_NETWORK_CONFIG, words),
                (_, good) -> good.set("runtimeConfig.ips", "[\"" + address + "\"]"));
    }

    static Stream<Bad> requests() {
        return Stream.of(
                request("10.1.0", "runtimeConfig.ips[0]: cannot understand ip"),
                request("10.9.0.1", "10.9.0.1"),
                request("10.1.0.1", "requested ip 10.1.0.1 is subnet's gateway"),
                request("10.1.0.0", "10.1.0.0"),
                request("10.1.0.255", "failed to allocate all requested IPs: 10.1.0.255"));
    }

    static Stream<Bad> addresses() {
        return Stream.of(
                conf("static", "ipam", "null", "IPAM config missing 'ipam' key"),
                conf("static", "ipam.addresses", "[{}]", "ipam.addresses[0].address: missing"),
                conf(
                        "static",
                        "ipam.addresses",
                        "[{\"address\":\"10.1.0.7\"}]",
                        "ipam.addresses[0].address",
                        "'10.1.0.7'"),
                conf(
                        "static",
                        "ipam.addresses",
                        "[{\"address\":\"10.1.0.7/24\",\"gateway\":\"x\"}]",
                        "ipam.addresses[0].gateway"),
                conf(
                        "static",
                        "runtimeConfig.ips",
                        "[\"10.1.0.7\"]",
                        "runtimeConfig.ips[0]",
                        "'10.1.0.7'"),
                Bad.of(
                        "static: two addresses of a family at 0.2.0",
                        "static",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG,
                                "CNI version 0.2.0 does not support more than 1 address per family"),
                        (_, good) -> good.set("cniVersion", "\"0.2.0\"")
                                .set("runtimeConfig.ips", "[\"10.1.0.7/24\",\"10.1.0.8/24\"]")),
                Bad.of(
                        "bridge without addresses at 0.2.0",
                        "bridge",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG,
                                "cannot convert: no valid IP addresses",
                                "0.3.0"),
                        (stage, good) -> stage.warmed(good)
                                .set("cniVersion", "\"0.2.0\"")
                                .set("ipam", "null")));
    }

    /** What only the kernel can know, when nearly everything is done. */
    private static Bad value(String plugin, String address, String route, String... words) {
        String ipam =
                "{\"type\":\"static\",\"addresses\":[" + address + "],\"routes\":[" + route + "]}";
        return Bad.of(
                plugin + ": the kernel refuses " + address + " " + route,
                plugin,
                Refusal.of(INVALID_NETWORK_CONFIG, words)
                        .and("the kernel refuses what the configuration or its IPAM asks for"),
                (stage, good) -> stage.warmed(good).set("ipam", ipam));
    }

    static Stream<Bad> values() {
        String address = "{\"address\":\"10.1.0.7/24\",\"gateway\":\"10.1.0.1\"}";
        String address6 = "{\"address\":\"fd01::7/64\",\"gateway\":\"fd01::1\"}";
        String group = "{\"address\":\"ff02::7/64\",\"gateway\":\"fd01::1\"}";
        return Stream.concat(
                Stream.of("bridge", "ptp")
                        .flatMap(plugin -> Stream.of(
                                value(
                                        plugin,
                                        address,
                                        "{\"dst\":\"10.9.0.0/16\",\"scope\":255}",
                                        "add route 10.9.0.0/16",
                                        "EINVAL"),
                                value(plugin, group, "", "add address ff02::7/64: EADDRNOTAVAIL"),
                                value(
                                        plugin,
                                        address + "," + address,
                                        "",
                                        "add address 10.1.0.7/24: EEXIST"))),
                Stream.of(
                        value(
                                "bridge",
                                address,
                                "{\"dst\":\"10.9.0.0/16\",\"gw\":\"192.0.2.1\"}",
                                "add route 10.9.0.0/16 via 192.0.2.1: ENETUNREACH",
                                "Nexthop has invalid gateway"),
                        value(
                                "bridge",
                                address6,
                                "{\"dst\":\"::/0\",\"gw\":\"fd77::1\"}",
                                "add route default via fd77::1"),
                        conf(
                                "bridge",
                                "bridge",
                                "\"all\"",
                                "bridge: \"all\" is no interface name")));
    }

    static Stream<Bad> gc() {
        return Stage.plugins()
                .flatMap(plugin -> Stream.of(Bad.of(
                        plugin + ": GC with half a key",
                        plugin,
                        Refusal.of(
                                INVALID_NETWORK_CONFIG,
                                "cni.dev/valid-attachments[0].ifname: missing"),
                        (_, good) -> good.verb("GC")
                                .set("cni.dev/valid-attachments", "[{\"containerID\":\"c1\"}]"))));
    }
}
