// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The log of calls, as an administrator switches it on. */
@InNetns(mayLeave = true)
final class CallLogTest {
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private static List<JsonObject> lines(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> (JsonObject) Json.parse(line))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void everyCall_addsALineWithAllMembers(World world) throws IOException {
        Path log = stage.file("log");
        Call add = stage.add("bridge").with("CULVERT_LOG", log.toString());
        Instant start = Instant.now();

        world.run(add).ok();
        world.run(add);
        world.run(add.verb("DEL")).ok();
        world.run(add.verb("VERSION")).ok();
        world.run(add.input("no JSON"));

        List<JsonObject> lines = lines(log);
        assertThat(lines).hasSize(5).allSatisfy(line -> {
            assertThat(line.members().keySet())
                    .containsExactly(
                            "time",
                            "verb",
                            "plugin",
                            "network",
                            "containerId",
                            "ifname",
                            "netns",
                            "milliseconds",
                            "plan",
                            "outcome");
            Fields fields = Fields.of(line);
            assertThat(Instant.parse(fields.string("time", "")))
                    .isBetween(
                            start.minus(Duration.ofSeconds(1)),
                            Instant.now().plus(Duration.ofSeconds(1)));
            assertThat(fields.string("plugin", "")).isEqualTo("bridge");
            assertThat(fields.string("containerId", "")).isEqualTo("c1");
            assertThat(fields.string("netns", "")).isEqualTo(stage.container().path());
            assertThat(Double.parseDouble(
                            fields.find("milliseconds").orElseThrow().json().compact()))
                    .isBetween(0., 60000.);
        });
        assertThat(lines.stream().map(line -> Fields.of(line).string("verb", "")))
                .containsExactly("ADD", "ADD", "DEL", "VERSION", "ADD");
        assertThat(Fields.of(lines.get(0)).string("outcome", "")).isEqualTo("ok");
        assertThat(Fields.of(lines.get(0)).strings("plan"))
                .anyMatch(step -> step.startsWith("ip link add"))
                .anyMatch(step -> step.startsWith("nft "));
        assertThat(Fields.of(lines.get(2)).strings("plan"))
                .anyMatch(step ->
                        step.startsWith("ip link del veth") && step.contains(" # done when a"))
                .anyMatch(step -> step.startsWith("nft: remove the masqueraded addresses"));
        assertThat(Fields.of(lines.get(1)).object("outcome").integer("code", 0, Fields.Range.INT))
                .isEqualTo(108);
        assertThat(Fields.of(lines.get(4)).object("outcome").string("msg", ""))
                .contains("not JSON");
    }

    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void key_doesTheSameAndTheVariableWins(World world) throws IOException {
        Call call = stage.add("static").set("culvert.log", "\"" + stage.file("key") + "\"");

        world.run(call).ok();
        world.run(call.with("CULVERT_LOG", stage.file("variable").toString())).ok();

        assertThat(lines(stage.file("key"))).hasSize(1);
        assertThat(lines(stage.file("variable"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/none/log", "/proc/none", "/tmp", "/dev/full", "a\\u0000b"})
    void logThatCannotBeWritten_isSaidAndChangesNothingElse(String path) {
        Call call = stage.add("static").set("culvert.log", "\"" + path + "\"");
        Answer quiet = World.NATIVE.run(stage.add("static")).ok();

        for (World world : List.of(World.HERE, World.NATIVE)) {
            Answer answer = world.run(call);

            assertThat(answer.code()).isZero();
            assertThat(answer.output()).isEqualTo(quiet.output());
            assertThat(answer.error()).startsWith("append to log ").hasLineCount(1);
        }
    }

    /** The kernel sends a signal besides, which would end a process that does not ignore it. */
    @Test
    void logThatMayNotGrow_isSaidAndChangesNothingElse() throws IOException {
        int limit = 30_000;
        Path log = stage.file("full");
        Files.write(log, new byte[limit]);
        Call add = stage.add("bridge").with("CULVERT_LOG", log.toString());
        List<String> command = new ArrayList<>(List.of("prlimit", "--core=0", "--fsize=" + limit));
        command.addAll(World.NATIVE.command("bridge"));

        Answer answer = Program.run(add, command).ok();

        assertThat(answer.error())
                .startsWith("append to log ")
                .contains("EFBIG")
                .hasLineCount(1);
        World.NATIVE.run(add.verb("DEL")).ok();
    }

    /** A pipe that nobody reads must not hold the call. */
    @ParameterizedTest
    @EnumSource(
            value = World.class,
            names = {"HERE", "NATIVE"})
    void pipeWithoutReader_isNotWaitedFor(World world) {
        Path pipe = stage.file("pipe");
        Program.sh("mkfifo $1", pipe.toString());

        Answer answer = world.run(stage.add("static").with("CULVERT_LOG", pipe.toString()));

        assertThat(answer.code()).isZero();
        assertThat(answer.error()).contains("append to log", "ENXIO");
    }
}
