// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** More addresses and routes, by way of static IPAM, than the kernel can acknowledge at once. */
@InNetns(mayLeave = true)
final class ManyTest {
    private static final int MANY = 2_000;

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static String list(String entry) {
        return IntStream.range(0, MANY)
                .mapToObj(i -> entry.replace("X", (1 + i / 250) + "." + (1 + i % 250)))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @CsvSource({"HERE,bridge", "NATIVE,bridge", "HERE,ptp", "NATIVE,ptp"})
    void addressesAndRoutes_areAllThereAndGoAgain(World world, String plugin) {
        Call add = stage.add(plugin)
                .set("ipMasq", "false")
                .set("ipam", "{\"type\":\"static\"}")
                .set(
                        "ipam.addresses",
                        list("{\"address\":\"10.1.X/8\",\"gateway\":\"10.255.0.1\"}"))
                .set("ipam.routes", list("{\"dst\":\"172.16.X/32\"}"));

        world.run(add).ok();

        assertThat(inside("ip -o -4 addr show eth0")).isEqualTo(MANY);
        assertThat(inside("ip route | grep '^172'")).isEqualTo(MANY);
        world.run(add.verb("DEL")).ok();
        assertThat(inside("ip -o link")).isEqualTo(1);
    }

    private long inside(String command) {
        return stage.container().witness().run("sh", "-c", command).lines().count();
    }
}
