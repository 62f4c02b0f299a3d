// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

final class TestReportTest {
    private static final List<String> GOOD = List.of(
            "began\tnet",
            "class\tPURE\t1500\tnet.MacTest",
            "ended\tnet\t7\t0\t0",
            "began\tit",
            "class\tPROCESS\t2000\tit.KillTest",
            "skip\tit\tit.InteropTest a()\tneeds Go",
            "ended\tit\t5\t0\t1");

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private boolean judge(boolean strict, String... more) {
        List<String> lines = new ArrayList<>(GOOD);
        lines.addAll(List.of(more));
        return TestReport.judge(
                lines,
                strict,
                reason -> reason.equals("needs Go"),
                new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private List<String> printed() {
        return output.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void allModules_areSummedInTheLastLine() {
        assertThat(judge(true)).isTrue();

        assertThat(printed())
                .contains(
                        "net: 7 passed",
                        "it: 5 passed, 1 skipped",
                        "skipped: it.InteropTest a(): needs Go",
                        "ring 1 PURE: 1.5 s",
                        "ring 3 PROCESS: 2.0 s")
                .endsWith("12 passed, 0 failed, 1 skipped");
    }

    @Test
    void failure_isFalse() {
        assertThat(judge(false, "began\tos", "ended\tos\t1\t2\t0")).isFalse();
        assertThat(printed()).endsWith("13 passed, 2 failed, 1 skipped");
    }

    @Test
    void runThatDidNotEnd_isNamedAndFalse() {
        assertThat(judge(false, "began\tos")).isFalse();
        assertThat(printed()).contains("wrong: the test run of os did not end");
    }

    @Test
    void noTest_isFalse() {
        assertThat(TestReport.judge(
                        List.of(), false, reason -> true, new PrintStream(output, true)))
                .isFalse();
        assertThat(printed()).endsWith("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void unexpectedSkip_isFalseWhereEverythingHasToBeThere() {
        String skip = "skip\tit\tit.PodmanTest a()\tneeds podman";

        assertThat(judge(false, skip)).isTrue();
        assertThat(judge(true, skip)).isFalse();
    }

    @Test
    void leftObject_isFalseWhereTheMachineIsOurs() {
        String left = "left\tit\tlink veth0";

        assertThat(judge(false, left)).isTrue();
        assertThat(judge(true, left)).isFalse();
        assertThat(printed()).contains("new on this machine: it: link veth0");
    }
}
