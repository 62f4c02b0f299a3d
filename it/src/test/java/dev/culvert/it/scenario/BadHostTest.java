// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static dev.culvert.cni.spec.CniErrorCode.ALREADY_ATTACHED;
import static dev.culvert.cni.spec.CniErrorCode.CHECK_FAILED;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETWORK_CONFIG;
import static dev.culvert.cni.spec.CniErrorCode.IO_FAILURE;
import static dev.culvert.cni.spec.CniErrorCode.LIMIT_REACHED;
import static dev.culvert.cni.spec.CniErrorCode.NOT_AVAILABLE;
import static dev.culvert.cni.spec.CniErrorCode.NO_FREE_ADDRESS;
import static dev.culvert.cni.spec.CniErrorCode.OBJECT_DIFFERS;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** Good calls on a host that is not as they need it. */
@InNetns(mayLeave = true)
final class BadHostTest {
    private static final String ONE_ADDRESS = "[[{\"subnet\":\"10.1.0.0/30\"}]]";
    /**
     * The kernel's BR_MAX_PORTS is 1,024, and number 0 is nobody's; both ends of a pair are ports.
     */
    private static final String PORTS = """
            { i=0; while [ $i -lt 512 ]; do echo link add a$i type veth peer name b$i; i=$((i + 1)); done
              i=0; while [ $i -lt 512 ]; do echo link set a$i master br0; i=$((i + 1)); done
              i=0; while [ $i -lt 511 ]; do echo link set b$i master br0; i=$((i + 1)); done
            } | ip -batch -""";

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
    @MethodSource({"addresses", "bridges", "links", "checks", "status"})
    void isRefused(Bad bad) {
        bad.requireRefused(stage);
    }

    /** Files in their place that are none, or cannot be written. */
    @ParameterizedTest
    @MethodSource("folders")
    @InNetns(mounts = true, mayLeave = true)
    void fileSystem_isRefused(Bad bad) {
        bad.requireRefused(stage);
        Program.sh("umount $1 2>/dev/null || true", stage.data().toString());
    }

    private static Call taken(Stage stage, Call good) {
        Call small = good.set("ipam.ranges", ONE_ADDRESS);
        World.NATIVE
                .run(new Call(
                        "host-local",
                        small.with("CNI_CONTAINERID", "c0").environment(),
                        small.input()))
                .ok();
        return small;
    }

    static Stream<Bad> addresses() {
        return Stream.of("host-local", "bridge", "ptp")
                .flatMap(plugin -> Stream.of(
                        Bad.of(
                                plugin + ": no address left",
                                plugin,
                                Refusal.of(
                                        NO_FREE_ADDRESS,
                                        "no IP addresses available in range set: 10.1.0.1-10.1.0.2"),
                                BadHostTest::taken),
                        Bad.of(
                                plugin + ": another container has the address",
                                plugin,
                                Refusal.of(NO_FREE_ADDRESS, "10.1.0.2"),
                                (stage, good) -> taken(stage, good)
                                        .set("runtimeConfig.ips", "[\"10.1.0.2\"]"))));
    }

    private static Bad bridge(String title, Refusal refusal, String script) {
        return Bad.of(title, "bridge", refusal, (_, good) -> {
            Program.sh(script);
            return good;
        });
    }

    static Stream<Bad> bridges() {
        return Stream.of(
                bridge(
                        "bridge name of a veth",
                        Refusal.of(
                                OBJECT_DIFFERS,
                                "link br0 exists and is a veth",
                                "the config asks for a bridge"),
                        "ip link add br0 type veth peer name x0"),
                bridge(
                        "bridge name of a vxlan",
                        Refusal.of(OBJECT_DIFFERS, "link br0 exists and is a vxlan"),
                        "ip link add br0 type vxlan id 5 dstport 4789"),
                Bad.of(
                        "bridge name of the loopback",
                        "bridge",
                        Refusal.of(OBJECT_DIFFERS, "link lo exists and is no bridge"),
                        (_, good) -> good.set("bridge", "\"lo\"")),
                bridge(
                        "bridge with another address",
                        Refusal.of(
                                OBJECT_DIFFERS,
                                "bridge br0 has 10.9.0.1/16",
                                "the config asks for 10.1.0.1/24",
                                "forceAddress"),
                        "ip link add br0 type bridge; ip addr add 10.9.0.1/16 dev br0; ip link set br0 up"),
                bridge(
                        "bridge with an overlapping IPv6 address",
                        Refusal.of(
                                OBJECT_DIFFERS,
                                "bridge br0 has fd01::9/48",
                                "the config asks for fd01::1/64"),
                        "ip link add br0 type bridge; ip link set br0 up;"
                                + "ip addr add 10.1.0.1/24 dev br0; ip addr add fd01::9/48 dev br0"),
                Bad.of(
                        "bridge with 1,023 ports",
                        "bridge",
                        Refusal.of(LIMIT_REACHED, "bridge br0 is full", "1023 ports"),
                        (stage, good) -> {
                            stage.warmed(good);
                            Program.sh(PORTS);
                            return good;
                        }));
    }

    static Stream<Bad> links() {
        return Stream.of("bridge", "ptp")
                .flatMap(plugin -> Stream.of(
                        Bad.of(
                                plugin + ": the interface exists",
                                plugin,
                                Refusal.of(ALREADY_ATTACHED, "eth0"),
                                (stage, good) -> {
                                    stage.container()
                                            .witness()
                                            .run("ip", "link", "add", "eth0", "type", "ifb");
                                    return stage.warmed(good.with("CNI_IFNAME", "eth1"))
                                            .with("CNI_IFNAME", "eth0");
                                }),
                        Bad.of(
                                plugin + ": ADD a second time",
                                plugin,
                                Refusal.of(ALREADY_ATTACHED, "run DEL before ADD"),
                                (stage, good) -> {
                                    World.NATIVE.run(good).ok();
                                    return good;
                                }),
                        Bad.of(
                                plugin + ": ADD a second time with another range",
                                plugin,
                                Refusal.of(ALREADY_ATTACHED, "veth"),
                                (stage, good) -> {
                                    World.NATIVE.run(good).ok();
                                    return good.set("name", "\"net\"")
                                            .set("ipam.dataDir", "\"" + stage.data() + "/other\"");
                                }),
                        Bad.of(
                                plugin + ": ifname lo",
                                plugin,
                                Refusal.of(ALREADY_ATTACHED, "lo"),
                                (stage, good) -> stage.warmed(good).with("CNI_IFNAME", "lo"))));
    }

    static Stream<Bad> checks() {
        return Stream.of(
                Bad.of(
                        "CHECK without result",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "prevResult: missing"),
                        (_, good) -> {
                            World.NATIVE.run(good).ok();
                            return good.verb("CHECK");
                        }),
                checked(
                        "bridge",
                        "the link down",
                        "ip link set eth0 down; ip addr flush dev eth0",
                        "eth0"),
                checked(
                        "bridge",
                        "the link gone",
                        "ip link del eth0",
                        "wanted present, found missing"),
                checked(
                        "bridge",
                        "an address gone",
                        "ip addr del 10.1.0.2/24 dev eth0",
                        "10.1.0.2"),
                checked(
                        "ptp",
                        "a route gone",
                        "ip route del default",
                        "route default via 10.1.0.1"),
                checked(
                        "loopback",
                        "lo down",
                        "ip link set lo down",
                        "lo",
                        "wanted up, found down"));
    }

    private static Bad checked(String plugin, String what, String script, String... words) {
        return Bad.of(
                plugin + ": CHECK with " + what,
                plugin,
                Refusal.of(CHECK_FAILED, words),
                (stage, good) -> {
                    Answer added = World.NATIVE.run(good).ok();
                    stage.container().witness().run("sh", "-c", script);
                    stage.quiet();
                    return good.verb("CHECK").set("prevResult", added.output());
                });
    }

    static Stream<Bad> status() {
        return Stream.of(
                Bad.of(
                        "STATUS: bridge name of a veth",
                        "bridge",
                        Refusal.of(NOT_AVAILABLE, "link br0 exists and is no bridge"),
                        (_, good) -> {
                            Program.sh("ip link add br0 type veth peer name x0");
                            return good.verb("STATUS");
                        }),
                Bad.of(
                        "STATUS: no address left",
                        "host-local",
                        Refusal.of(NOT_AVAILABLE, "no IP addresses available", "10.1.0.1-10.1.0.2"),
                        (stage, good) -> taken(stage, good).verb("STATUS")),
                Bad.of(
                        "STATUS: no address left for bridge",
                        "bridge",
                        Refusal.of(NOT_AVAILABLE, "no IP addresses available"),
                        (stage, good) -> taken(stage, good).verb("STATUS")));
    }

    private static Bad folder(String title, String plugin, Refusal refusal, String script) {
        return Bad.of(plugin + ": " + title, plugin, refusal, (stage, good) -> {
            Program.sh(script, stage.data().toString());
            return good;
        });
    }

    static Stream<Bad> folders() {
        String readOnly = "mount -t tmpfs -o ro none $1";
        String full =
                "mount -t tmpfs -o size=4k none $1; dd if=/dev/zero of=$1/fill bs=4k 2>/dev/null || true";
        return Stream.of(
                folder(
                        "read-only file system",
                        "host-local",
                        Refusal.of(IO_FAILURE, "EROFS", "/data"),
                        readOnly),
                folder(
                        "read-only file system",
                        "bridge",
                        Refusal.of(IO_FAILURE, "EROFS", "/data"),
                        readOnly),
                folder("full file system", "host-local", Refusal.of(IO_FAILURE, "ENOSPC"), full),
                folder("full file system", "ptp", Refusal.of(IO_FAILURE, "ENOSPC"), full),
                folder(
                        "no inode left",
                        "host-local",
                        Refusal.of(IO_FAILURE, "ENOSPC"),
                        "mount -t tmpfs -o nr_inodes=2 none $1"),
                folder(
                        "network's folder is a file",
                        "host-local",
                        Refusal.of(IO_FAILURE, "ENOTDIR"),
                        "echo a >$1/net"),
                folder(
                        "network's lock is a folder",
                        "host-local",
                        Refusal.of(IO_FAILURE, "EISDIR"),
                        "mkdir -p $1/net/lock"),
                Bad.of(
                        "host-local: dataDir below a file",
                        "host-local",
                        Refusal.of(IO_FAILURE, "ENOTDIR"),
                        (_, good) -> good.set("ipam.dataDir", "\"/etc/hostname/x\"")),
                Bad.of(
                        "host-local: resolvConf that is not there",
                        "host-local",
                        Refusal.of(IO_FAILURE, "/none/resolv.conf", "ENOENT"),
                        (_, good) -> good.set("ipam.resolvConf", "\"/none/resolv.conf\"")),
                Bad.of(
                        "STATUS: read-only file system",
                        "host-local",
                        Refusal.of(NOT_AVAILABLE, "EROFS"),
                        (stage, good) -> {
                            Program.sh(readOnly, stage.data().toString());
                            return good.verb("STATUS");
                        }));
    }
}
