// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

@Tag("kernel")
class DemoTest {
    private static final String IN_THE_MIDDLE = "ADD   client";

    private static RunningDemo startWhole(String... options) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("--bin", RunningDemo.plugins().toString()));
        words.addAll(List.of(options));
        return RunningDemo.start(words.toArray(String[]::new));
    }

    @Test
    void wholeRun_passesEveryCheckAndLeavesTheMachineAsItWas() throws Exception {
        RunningDemo.plugins();
        TreeSet<String> before = MachineState.read();

        RunningDemo demo = startWhole();
        int status = demo.awaitEnd();

        assertThat(status).as(demo.said()).isZero();
        assertThat(demo.said())
                .contains(
                        "outside saw 192.0.2.1, the host",
                        "outside saw 2001:db8::1, the host",
                        "10-web.conflist",
                        "checks passed")
                .doesNotContain("FAIL", "\u001b");
        assertThat(MachineState.read()).isEqualTo(before);
    }

    @Test
    void jsonReport_isOneObjectWithEveryCall() throws Exception {
        RunningDemo demo = startWhole("-o", "json");

        int status = demo.awaitEnd();

        assertThat(status).as(demo.said()).isZero();
        Fields report = new Field("", Json.parse(demo.said())).object();
        assertThat(report.bool("passed", false)).isTrue();
        assertThat(report.list("calls"))
                .extracting(call -> call.object().string("verb", ""))
                .containsExactly(
                        "ADD", "ADD", "ADD", "CHECK", "CHECK", "CHECK", "DEL", "DEL", "DEL");
    }

    @Test
    void terminatedInTheMiddle_leavesTheMachineAsItWas() throws Exception {
        RunningDemo.plugins();
        TreeSet<String> before = MachineState.read();
        RunningDemo demo = startWhole();
        demo.awaitLine(IN_THE_MIDDLE);
        List<ProcessHandle> family = demo.family();

        demo.handle().destroy();

        assertThat(demo.awaitEnd()).as(demo.said()).isNotZero();
        assertThat(RunningDemo.survivors(family)).isEmpty();
        assertThat(MachineState.read()).isEqualTo(before);
    }

    @Test
    void killedInTheMiddle_leavesTheMachineAsItWas() throws Exception {
        RunningDemo.plugins();
        TreeSet<String> before = MachineState.read();
        RunningDemo demo = startWhole();
        demo.awaitLine(IN_THE_MIDDLE);
        List<ProcessHandle> family = demo.family();

        demo.handle().destroyForcibly();

        assertThat(demo.awaitEnd()).as(demo.said()).isNotZero();
        assertThat(RunningDemo.survivors(family)).isEmpty();
        assertThat(MachineState.read()).isEqualTo(before);
    }

    @Test
    void pluginThatFails_failsTheDemoWithItsErrorAndTheRestIsStillDetached(@TempDir Path bin)
            throws Exception {
        Path plugins = RunningDemo.plugins();
        for (String plugin : List.of("bridge", "host-local")) {
            Files.copy(
                    plugins.resolve(plugin),
                    bin.resolve(plugin),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(
                bin.resolve("ptp"),
                "#!/bin/sh\n"
                        + "cat >/dev/null\n"
                        + "echo '{\"cniVersion\": \"1.0.0\", \"code\": 11, \"msg\": \"no luck"
                        + " today\"}'\n"
                        + "exit 1\n");
        Files.setPosixFilePermissions(
                bin.resolve("ptp"), PosixFilePermissions.fromString("rwxr-xr-x"));

        RunningDemo demo = RunningDemo.start("--bin", bin.toString());

        assertThat(demo.awaitEnd()).as(demo.said()).isEqualTo(1);
        assertThat(demo.said())
                .contains("FAIL ADD   edge", "error 11: no luck today", "ok   DEL   server")
                .contains("ok   links in server");
    }

    @Test
    void folderWithoutPlugins_cannotRunAndSaysHowToMakeThem(@TempDir Path bin) throws Exception {
        RunningDemo demo = RunningDemo.start("--bin", bin.toString());

        assertThat(demo.awaitEnd()).isEqualTo(2);
        assertThat(demo.said())
                .satisfiesAnyOf(
                        said -> assertThat(said)
                                .contains("no plugin bridge, ptp, host-local", "./dev native"),
                        said -> assertThat(said).contains("missing program"));
    }

    @Test
    void help_isTheUsage() throws Exception {
        RunningDemo demo = RunningDemo.start("--help");

        assertThat(demo.awaitEnd()).isZero();
        assertThat(demo.said()).isEqualTo(Options.USAGE);
    }

    @Test
    void innerPart_refusesToRunOnTheMachineItself() throws Exception {
        Ran ran = Ran.of(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Inside.class.getName(),
                Isolation.netns(),
                "plain"));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.error()).contains("namespaces of its own");
    }
}
