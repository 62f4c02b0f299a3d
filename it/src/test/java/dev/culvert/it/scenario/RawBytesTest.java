// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/** Environments with bytes that are no UTF-8, which only a shell can make. */
@InNetns(mayLeave = true)
final class RawBytesTest {
    /** Sets the variable that the first argument names and becomes the program behind it. */
    private static final String SET = "export \"$1=$(printf 'x\\377')\"; shift; exec \"$@\"";

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static Answer run(World world, Call call, String variable) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SET, "sh", variable));
        command.addAll(world.command(call.plugin()));
        return Program.run(call, command);
    }

    @ParameterizedTest
    @CsvSource({
        "ADD, CNI_IFNAME",
        "DEL, CNI_IFNAME",
        "ADD, CNI_CONTAINERID",
        "DEL, CNI_NETNS",
        "STATUS, CNI_PATH"
    })
    void nameOrPath_isRefused(String verb, String variable) {
        Call call = stage.add("bridge").verb(verb);
        Snapshot before = stage.snapshot();

        Answer jvm = run(World.JVM, call, variable);

        Refusal.of(CniErrorCode.INVALID_ENVIRONMENT, variable + ": bytes that are no UTF-8")
                .check(call, jvm);
        assertThat(run(World.NATIVE, call, variable)).isEqualTo(jvm);
        assertThat(stage.snapshot().since(before)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"JVM", "NATIVE"})
    void otherVariable_reachesAnIpamProgramAsItIs(World world) {
        stage.script(
                "dhcp",
                "[ \"$OTHER\" = \"$(printf 'x\\377')\" ] || exit 9\n"
                        + "echo '{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.1.0.9/24\"}]}'");
        Call call = stage.add("bridge").set("ipam", "{\"type\":\"dhcp\"}");

        assertThat(run(world, call, "OTHER").ok().output()).contains("10.1.0.9/24");
        run(world, call.verb("DEL"), "OTHER").ok();
    }
}
