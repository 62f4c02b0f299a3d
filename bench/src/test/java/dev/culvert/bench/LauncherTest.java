// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The launcher against a program whose time, memory and output are known. Needs no privilege. */
class LauncherTest {
    @TempDir
    private static Path folder;

    private static Path known;
    private static Path input;
    private static Launcher launcher;

    @BeforeAll
    static void compile() throws IOException {
        known = Compiler.compile(Path.of("src/test/c/known.c"), folder.resolve("known"));
        input = Files.writeString(folder.resolve("input"), "what \"it\" reads: ü\n");
        launcher = Launcher.start(Compiler.launcher(folder));
    }

    @AfterAll
    static void close() {
        launcher.close();
    }

    @Test
    void sleepingProgram_isTimedToItsEnd() {
        Call call = launcher.call(job("MILLIS", "80")).call();

        assertThat(call.isGood()).isTrue();
        assertThat(call.millis()).isBetween(80.0, 2_000.0);
    }

    @Test
    void input_reachesTheProgramAndComesBack() {
        assertThat(launcher.call(job("COPY", "1")).call().out())
                .isEqualTo("what \"it\" reads: ü\n");
    }

    @Test
    void exitStatusAndSignal_areTold() {
        assertThat(launcher.call(job("STATUS", "7")).call().status()).isEqualTo(7);
        assertThat(launcher.call(job("SIGNAL", "9")).call().status()).isEqualTo(128 + 9);
    }

    @Test
    void environment_isNotInherited() {
        assertThat(launcher.call(new Job(Path.of("/usr/bin/env"), input, Map.of("A", "b c")))
                        .call()
                        .out())
                .isEqualTo("A=b c\n");
    }

    @Test
    void childThatKeepsStdout_countsAsPartOfTheCall() {
        assertThat(launcher.call(job("HOLD_MILLIS", "150")).call().millis())
                .isGreaterThanOrEqualTo(150.0);
    }

    @Test
    void childThatGaveUpItsStreams_isLateWork() {
        Launcher.Timed timed = launcher.call(job("LATE_MILLIS", "400"));

        assertThat(timed.call().millis()).isLessThan(300.0);
        assertThat(timed.lateNanos() / 1e6).isGreaterThanOrEqualTo(400.0);
        assertThat(timed.isLeft()).isFalse();
    }

    @Test
    void peak_isWhatTheProgramOnceHad() {
        long little = launcher.peak(job("STATUS", "0")).kilobytes();
        long much = launcher.peak(job("MEGABYTES", "40")).kilobytes();

        // The launcher's own memory, or this JVM's, would be in both if it were inherited.
        assertThat(little).isBetween(1L, 4L * 1024);
        assertThat(much - little).isBetween(39L * 1024, 42L * 1024);
    }

    @Test
    void peakOfAFailure_isTheFailure() {
        assertThat(launcher.peak(job("STATUS", "5")).call().status()).isEqualTo(5);
    }

    @Test
    void manyCalls_runSideBySideAndAreNumbered() {
        Job job = job("MILLIS", "100");
        job.environment().put("WORD", "c{}!");

        Launcher.Burst burst = launcher.many(job, 8, 4);

        assertThat(burst.calls())
                .extracting(Call::out)
                .containsExactly("c0!", "c1!", "c2!", "c3!", "c4!", "c5!", "c6!", "c7!");
        assertThat(burst.nanos() / 1e6).isBetween(200.0, 750.0);
    }

    @Test
    void oneOfMany_failsAlone() {
        Job job = job("STATUS", "{}");

        assertThat(launcher.many(job, 3, 3).calls())
                .extracting(Call::status)
                .containsExactly(0, 1, 2);
    }

    @Test
    void lateWorkOfMany_isWaitedFor() {
        Launcher.Burst burst = launcher.many(job("LATE_MILLIS", "400"), 4, 4);

        assertThat(burst.nanos() / 1e6).isLessThan(350.0);
        assertThat(burst.lateNanos() / 1e6).isGreaterThanOrEqualTo(400.0);
    }

    @Test
    void pairs_runUntilTheTimeIsOverAndWaitForLateWork() {
        Job job = job("LATE_MILLIS", "300");
        job.environment().put("MILLIS", "5");

        Launcher.Pairs pairs = launcher.pairs(job, 200);

        assertThat(pairs.count()).isBetween(1, 20);
        assertThat(pairs.lateNanos() / 1e6).isGreaterThanOrEqualTo(450.0);
    }

    @Test
    void pairThatFails_isBroken() {
        assertThatThrownBy(() -> launcher.pairs(job("FAILS_AT", "DEL"), 200))
                .isInstanceOf(BrokenVariantException.class)
                .hasMessage("exit status 3");
    }

    @Test
    void absentProgram_isBrokenAndTheLauncherGoesOn() {
        Job absent = new Job(folder.resolve("absent"), input, Map.of());

        assertThatThrownBy(() -> launcher.call(absent))
                .isInstanceOf(BrokenVariantException.class)
                .hasMessageContaining("absent: No such file or directory");
        assertThatThrownBy(() -> launcher.many(absent, 3, 2))
                .isInstanceOf(BrokenVariantException.class);
        assertThat(launcher.call(job("STATUS", "0")).call().isGood()).isTrue();
    }

    @Test
    void absentNamespace_isSaid() {
        assertThatThrownBy(() -> launcher.enter(folder.resolve("nowhere")))
                .hasMessageContaining("nowhere: No such file or directory");
    }

    @Test
    void wordsThatWouldBreakTheProtocol_areRefused() {
        assertThatThrownBy(() -> launcher.call(job("A", "b\tc")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> launcher.call(job("A", "b\nc")))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Job job(String name, String value) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(name, value);
        return new Job(known, input, environment);
    }
}
