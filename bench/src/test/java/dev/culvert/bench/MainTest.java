// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The whole command, with scripts for plugins. */
@Tag("kernel")
class MainTest {
    private static final String ERROR = """
            #!/bin/sh
            echo '{"code": 7, "msg": "no such luck", "details": "today"}'
            exit 1
            """;
    private static final String LIAR = """
            #!/bin/sh
            echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.88.0.2/16"}], "supportedVersions": ["1.0.0"]}'
            """;

    @TempDir
    private Path folder;

    private record Outcome(int status, String out, String err) {}

    @Test
    void failingPlugin_isReportedInItsOwnWords() throws Exception {
        Fields row = measure(plugin("bridge", ERROR), "version").getFirst();

        assertThat(row.object("cells").object("ours").string("failed", ""))
                .isEqualTo("VERSION: no such luck: today");
        assertThat(row.string("verdict", "")).isEqualTo("missed");
    }

    @Test
    void absentPlugin_isReported() throws Exception {
        Fields row = measure(plugin("bridge", ERROR), "ptp").getFirst();

        assertThat(row.object("cells").object("ours").string("failed", ""))
                .contains("ptp: No such file or directory");
    }

    @Test
    void pluginThatOnlyClaimsToWork_isReportedAndNotTimed() throws Exception {
        for (Fields row : measure(plugin("bridge", LIAR), "bridge-masquerade-20")) {
            assertThat(row.object("cells").object("ours").string("failed", ""))
                    .isEqualTo("ADD: ping 10.88.0.1: Network unreachable");
        }
    }

    @Test
    void pluginThatOnlyClaimsToReserve_isReportedAndNotTimed() throws Exception {
        Fields row = measure(plugin("host-local", LIAR), "host-local-ipv4").getFirst();

        assertThat(row.object("cells").object("ours").string("failed", ""))
                .isEqualTo("ADD: 10.88.0.2/16 is not reserved");
    }

    @Test
    void workingPlugin_isTimed() throws Exception {
        Fields row = measure(plugin("bridge", LIAR), "version").getFirst();

        assertThat(row.object("cells").object("ours").integer("count", 0, Fields.Range.INT))
                .isEqualTo(2);
    }

    @Test
    void missedTarget_countsOnlyWhenStrict() throws Exception {
        Path ours = plugin("bridge", ERROR);

        assertThat(inside("--ours", ours.toString(), "--only", "version").status())
                .isZero();
        assertThat(inside("--ours", ours.toString(), "--only", "version", "--strict")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void savedReport_isWrittenBesideTheTable() throws Exception {
        Path file = folder.resolve("report.json");
        Path ours = plugin("bridge", LIAR);

        Outcome outcome =
                inside("--ours", ours.toString(), "--only", "version", "--save", file.toString());

        assertThat(outcome.out()).contains("VERSION").contains("ours");
        assertThat(Json.parse(Files.readString(file)).compact()).contains("\"what\":\"VERSION\"");
    }

    @Test
    void hostIsLeftAlone() throws Exception {
        List<String> before = folders();

        inside("--ours", plugin("bridge", LIAR).toString(), "--only", "bridge");

        assertThat(folders()).isEqualTo(before);
    }

    @Test
    void interruptedRun_leavesNothing() throws Exception {
        assumeTrue(canUnshare(), "namespaces are not allowed here");
        List<String> before = folders();
        Process process = new ProcessBuilder(words(
                        "--quick",
                        "--runs",
                        "10000",
                        "--only",
                        "version",
                        "--reference",
                        "none",
                        "--ours",
                        plugin("bridge", LIAR).toString()))
                .redirectErrorStream(true)
                .start();
        process.inputReader().readLine();

        process.toHandle().destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(folders()).isEqualTo(before);
    }

    @Test
    void mistakes_endWithStatusTwoAndASentence() throws Exception {
        assertThat(command("--ours", "/nonexistent", "--reference", "none"))
                .isEqualTo(new Outcome(
                        2,
                        "",
                        "bench: no plugins in /nonexistent: build them, or give --ours DIR\n"));
        assertThat(command("--only"))
                .isEqualTo(new Outcome(2, "", "bench: --only: a value is missing\n"));
    }

    @Test
    void helpAndList_needNothing() throws Exception {
        assertThat(command("--help").out()).startsWith("usage: ").contains("--peer NAME=DIR");
        assertThat(command("--list").out())
                .contains("bridge-masquerade-900")
                .contains("host-local-ipv6");
    }

    private List<Fields> measure(Path ours, String scenario) throws Exception {
        Outcome outcome = inside("--ours", ours.toString(), "--only", scenario, "-o", "json");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        return new Field("", Json.parse(outcome.out()))
                .object().list("scenarios").getFirst().object().list("rows").stream()
                        .map(Field::object)
                        .toList();
    }

    private static Outcome inside(String... words) throws Exception {
        assumeTrue(canUnshare(), "namespaces are not allowed here");
        List<String> all =
                new ArrayList<>(List.of("--quick", "--runs", "2", "--reference", "none"));
        all.addAll(List.of(words));
        return command(all.toArray(String[]::new));
    }

    private static List<String> words(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        return command;
    }

    private static Outcome command(String... words) throws IOException, InterruptedException {
        Path err = Files.createTempFile("bench", ".err");
        try {
            Process process =
                    new ProcessBuilder(words(words)).redirectError(err.toFile()).start();
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), out, Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }

    private static boolean canUnshare() throws IOException, InterruptedException {
        Optional<Path> unshare = Programs.find("unshare");
        return unshare.isPresent()
                && new ProcessBuilder(
                                        unshare.get().toString(),
                                        "--map-root-user",
                                        "--net",
                                        "--mount",
                                        "true")
                                .start()
                                .waitFor()
                        == 0;
    }

    private Path plugin(String name, String script) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("plugins"));
        Files.writeString(directory.resolve(name), script).toFile().setExecutable(true);
        return directory;
    }

    private static List<String> folders() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(Path::toString)
                    .filter(name -> name.contains("culvert-bench"))
                    .sorted()
                    .toList();
        }
    }
}
