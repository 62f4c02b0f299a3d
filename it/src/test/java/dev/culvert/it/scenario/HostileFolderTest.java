// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static dev.culvert.cni.spec.CniErrorCode.INVALID_ENVIRONMENT;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETWORK_CONFIG;
import static dev.culvert.cni.spec.CniErrorCode.IO_FAILURE;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** What others wrote, into a network's folder or into a call, is not followed. */
@InNetns(mayLeave = true)
final class HostileFolderTest {
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
    @MethodSource({"folders", "addresses"})
    void isRefused(Bad bad) {
        bad.requireRefused(stage);
    }

    private static Bad folder(String title, String plugin, String script, String... words) {
        return Bad.of(
                plugin + ": " + title, plugin, Refusal.of(IO_FAILURE, words), (stage, good) -> {
                    Program.sh(script, stage.data().toString());
                    return good;
                });
    }

    static Stream<Bad> folders() {
        return Stream.of("host-local", "bridge")
                .flatMap(plugin -> Stream.of(
                        folder(
                                "the lock is a pipe",
                                plugin,
                                "mkdir -p $1/net; mkfifo $1/net/lock",
                                "/net/lock, which is no regular file"),
                        folder(
                                "the lock is a link to nowhere",
                                plugin,
                                "mkdir -p $1/net; ln -s $1/made $1/net/lock",
                                "/net/lock, which is a symbolic link"),
                        folder(
                                "the last address is a pipe",
                                plugin,
                                "mkdir -p $1/net; mkfifo $1/net/last_reserved_ip.0",
                                "/net/last_reserved_ip.0, which is no regular file"),
                        folder(
                                "the folder is a link",
                                plugin,
                                "mkdir -p $1/elsewhere; ln -s $1/elsewhere $1/net",
                                "/net, which is a symbolic link")));
    }

    static Stream<Bad> addresses() {
        return Stream.of(
                Bad.of(
                        "bridge: a gateway from CNI_ARGS for the host",
                        "bridge",
                        Refusal.of(INVALID_ENVIRONMENT, "CNI_ARGS GATEWAY: 8.8.8.8"),
                        (_, good) -> good.set("ipam", "{\"type\":\"static\"}")
                                .set("isGateway", "true")
                                .with("CNI_ARGS", "IP=8.8.8.2/24;GATEWAY=8.8.8.8")),
                Bad.of(
                        "bridge: no address after the last one",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "no address after 255.255.255.255"),
                        (_, good) -> good.set(
                                        "ipam",
                                        "{\"type\":\"static\",\"addresses\":[{\"address\":\"255.255.255.255/32\"}]}")
                                .set("isGateway", "true")),
                Bad.of(
                        "host-local: a range that starts after its end",
                        "host-local",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG,
                                "RangeStart 192.0.2.255",
                                "192.0.2.254 by default"),
                        (_, good) -> good.set(
                                "ipam.ranges",
                                "[[{\"subnet\":\"192.0.2.0/24\",\"rangeStart\":\"192.0.2.255\"}]]")),
                Bad.of(
                        "host-local: a gateway of the other family",
                        "host-local",
                        Refusal.of(INVALID_NETWORK_CONFIG, "gateway fd00::1 is of another family"),
                        (_, good) -> good.set(
                                "ipam.ranges",
                                "[[{\"subnet\":\"192.0.2.0/24\",\"gateway\":\"fd00::1\"}]]")));
    }
}
