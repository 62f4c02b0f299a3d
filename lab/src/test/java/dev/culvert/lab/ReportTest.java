// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

class ReportTest {
    private static final Options OPTIONS = new Options(Path.of("/bin"), true, false, false);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Report report = new Report(
            new TextReport(new PrintStream(bytes, true, StandardCharsets.UTF_8), Look.PLAIN));

    private static Event.Called called(String verb, String error, String... plan) {
        return new Event.Called(
                verb,
                "client",
                "web",
                "bridge",
                3456,
                new CallLog(1234, List.of(plan)),
                JsonObject.builder().put("cniVersion", "1.0.0").build(),
                error);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void allPassed_isPassedWithTheCountOfChecksAndCalls() {
        report.check("ping", true, "0.1 ms");
        report.accept(called("ADD", ""));
        report.end();

        assertThat(report.passed()).isTrue();
        assertThat(text()).contains("ok   ping ").contains("all 2 checks passed");
    }

    @Test
    void oneFailedCall_failsTheWholeAndTellsWhy() {
        report.check("ping", true, "0.1 ms");
        report.accept(called("ADD", "error 11: try again"));
        report.end();

        assertThat(report.passed()).isFalse();
        assertThat(text())
                .contains("FAIL ADD")
                .contains("error 11: try again")
                .contains("1 of 2 checks failed");
    }

    @Test
    void reportWithoutEnd_hasNotPassed() {
        report.check("ping", true, "0.1 ms");

        assertThat(report.passed()).isFalse();
    }

    @Test
    void reportWithoutChecks_hasNotPassed() {
        report.end();

        assertThat(report.passed()).isFalse();
    }

    @Test
    void add_showsBothTimesAndItsPlanWithoutComments() {
        report.accept(called("ADD", "", "nft add set t s { type ipv4_addr; comment \"x\"; }"));

        assertThat(text())
                .contains("1.23 ms (process 3.45 ms)")
                .contains("       nft add set t s { type ipv4_addr; }\n");
    }

    @Test
    void repeatedStepsOnTheHost_areCountedAndThoseInAContainerAreNot() {
        report.accept(
                called("ADD", "", "sysctl a=1", "ip link add cni0", "ip -n C link set eth0 up"));
        bytes.reset();

        report.accept(
                called("ADD", "", "sysctl a=1", "ip link add cni0", "ip -n C link set eth0 up"));

        assertThat(text()).contains("(2 steps as above)\n       ip -n C link set eth0 up\n");
    }

    @Test
    void jsonReport_hasCallsWithPlansAndChecks() {
        report.accept(called("ADD", "", "ip link add a"));
        report.accept(called("DEL", "error 5: disk"));
        report.check("links", true, "lo");
        report.end();

        JsonObject json = JsonReport.of(report, OPTIONS);

        assertThat(json.compact())
                .startsWith("{\"passed\":false,\"plugins\":\"/bin\",\"milliseconds\":")
                .contains("\"processMilliseconds\":3.456,\"milliseconds\":1.234,\"plan\":[\"ip link"
                        + " add a\"]")
                .contains("\"error\":\"error 5: disk\"")
                .endsWith("\"checks\":[{\"check\":\"links\",\"passed\":true,\"found\":\"lo\"}]}");
    }
}
