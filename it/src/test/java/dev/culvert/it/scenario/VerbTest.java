// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniVersion;
import dev.culvert.json.Fields;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every plugin with every verb at every version, on the JVM and by the binary. */
@InNetns(mayLeave = true)
final class VerbTest {
    private static final String VERSIONS = "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":"
            + "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    static Stream<Arguments> pluginsAndVersions() {
        return Stage.plugins()
                .flatMap(plugin -> Stream.of(CniVersion.values())
                        .map(version -> Arguments.of(plugin, version)));
    }

    /** The whole life of an attachment. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("pluginsAndVersions")
    void everyVerb_answersAsTheVersionSays(String plugin, CniVersion version) {
        Call add = stage.add(plugin).set("cniVersion", "\"" + version + "\"");
        for (World world : List.of(World.HERE, World.NATIVE)) {
            if (PluginUnderTest.of(plugin).sort() == PluginUnderTest.Sort.CHAINED) {
                add = add.set(
                        "prevResult",
                        golden(plugin, version)
                                .replace("NETNS", stage.container().path()));
            }
            stage.warmed(stage.add(plugin));
            Snapshot before = stage.snapshot();
            stage.forgetLeases();
            Answer added = world.run(add).ok();
            Call next = add.set("prevResult", added.output());

            assertThat(masked(added)).as("%s", world).isEqualTo(golden(plugin, version));
            assertSilent(world.run(next.verb("CHECK")), version, CniVersion.V0_4_0);
            assertSilent(world.run(add.verb("STATUS")), version, CniVersion.V1_1_0);
            assertSilent(
                    world.run(add.verb("GC")
                            .set(
                                    "cni.dev/valid-attachments",
                                    "[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]")),
                    version,
                    CniVersion.V1_1_0);
            assertSilent(world.run(next.verb("CHECK")), version, CniVersion.V0_4_0);
            assertSilent(world.run(next.verb("DEL")), version, CniVersion.V0_1_0);
            assertSilent(world.run(next.verb("DEL")), version, CniVersion.V0_1_0);
            if (!plugin.equals("loopback")) {
                assertThat(stage.snapshot().since(before)).as("%s", world).isEmpty();
            }
        }
    }

    private static void assertSilent(Answer answer, CniVersion version, CniVersion since) {
        if (version.isAtLeast(since)) {
            assertThat(answer).isEqualTo(new Answer(0, "", ""));
        } else {
            assertThat(answer.code()).isEqualTo(1);
            assertThat(Fields.of(answer.json()).integer("code", 0, Fields.Range.INT))
                    .as("%s", answer)
                    .isEqualTo(1);
            assertThat(Fields.of(answer.json()).string("cniVersion", "")).isEqualTo(version.text());
        }
    }

    private String masked(Answer answer) {
        assertThat(answer.error()).isEmpty();
        return answer.output()
                .replaceAll("\"mac\": \"([0-9a-f]{2}:){5}[0-9a-f]{2}\"", "\"mac\": \"MAC\"")
                .replace(stage.container().path(), "NETNS")
                .strip();
    }

    /** The version's own file, else that of the first version whose results look the same. */
    private static String golden(String plugin, CniVersion version) {
        String shape = version.isAtLeast(CniVersion.V1_0_0)
                ? "1.0.0"
                : version.isAtLeast(CniVersion.V0_3_0) ? "0.3.0" : "0.1.0";
        String name = PluginUnderTest.of(plugin).looksAs();
        String own = name + "-" + version + ".json";
        String file = VerbTest.class.getResource(own) != null ? own : name + "-" + shape + ".json";
        try (InputStream in = VerbTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .replace("VERSION", version.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(World.class)
    void loopback_isUpFromAddToDelete(World world) {
        Call add = stage.add("loopback");
        stage.container().witness().run("ip", "link", "set", "lo", "down");

        world.run(add).ok();
        assertThat(isLoopbackUp()).isTrue();
        assertThat(world.run(add.verb("DEL"))).isEqualTo(new Answer(0, "", ""));
        assertThat(isLoopbackUp()).isFalse();
    }

    private boolean isLoopbackUp() {
        return stage.container().witness().run("ip", "link", "show", "lo").contains(",UP");
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#plugins")
    void version_needsNothingButTheCommand(String plugin) {
        Call bare = new Call(
                plugin,
                Map.of("CNI_COMMAND", "VERSION"),
                "not JSON".getBytes(StandardCharsets.UTF_8));
        Answer versions = new Answer(0, VERSIONS, "");

        assertThat(World.HERE.run(bare)).isEqualTo(versions);
        assertThat(World.NATIVE.run(bare)).isEqualTo(versions);
        assertThat(World.JVM.run(bare)).isEqualTo(versions);
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#plugins")
    void processOnTheJvm_answersLikeTheBinary(String plugin) {
        Call add = stage.add(plugin);

        String binary = masked(World.NATIVE.run(add).ok());
        World.NATIVE.run(add.verb("DEL")).ok();
        stage.forgetLeases();
        Answer jvm = World.JVM.run(add).ok();

        assertThat(masked(jvm)).isEqualTo(binary);
        assertThat(World.JVM.run(add.verb("DEL").set("prevResult", jvm.output())))
                .isEqualTo(new Answer(0, "", ""));
        assertThat(World.JVM.run(add.verb("GC"))).isEqualTo(World.NATIVE.run(add.verb("GC")));
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#plugins")
    void withoutCommand_thePluginSaysWhatItIs(String plugin) {
        Call byHand = new Call(plugin, Map.of(), new byte[0]);
        String versions =
                "CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n";

        for (World world : List.of(World.NATIVE, World.JVM)) {
            Answer answer = world.run(byHand);

            assertThat(answer.code()).as("%s", answer).isZero();
            assertThat(answer.output()).isEmpty();
            assertThat(answer.error()).startsWith("CNI " + plugin + " plugin ").contains(versions);
            assertThat(world.run(byHand.with("CNI_COMMAND", ""))).isEqualTo(answer);
        }
    }
}
