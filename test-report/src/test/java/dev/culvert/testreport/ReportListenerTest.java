// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

final class ReportListenerTest {
    @TempDir
    private Path folder;

    @Tag("sample")
    static final class Mixed {
        @Test
        void passes() {}

        @Test
        @Tag("kernel")
        void fails() {
            throw new AssertionError("on purpose");
        }

        @Test
        void aborts() {
            assumeTrue(false, "needs a machine\nwith more");
        }

        @Test
        @Disabled("not today")
        void disabled() {}
    }

    @Tag("sample")
    static final class Unprepared {
        @BeforeAll
        static void prepare() {
            assumeTrue(false, "needs podman");
        }

        @Test
        void first() {}

        @Test
        void second() {}
    }

    private List<String> run(Class<?> type) throws IOException {
        Path file = folder.resolve("report");
        ReportListener listener = new ReportListener(Optional.of(file), "sample");
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(type))
                                .build(),
                        listener);
        return Files.readAllLines(file);
    }

    @Test
    void everyOutcome_isCountedOnceWithItsReason() throws IOException {
        List<String> lines = run(Mixed.class);

        assertThat(lines)
                .startsWith("began\tsample")
                .contains("ended\tsample\t1\t1\t2")
                .anyMatch(line -> line.endsWith("aborts()\tAssumption failed: needs a machine"))
                .anyMatch(line -> line.endsWith("disabled()\tnot today"))
                .anyMatch(line -> line.startsWith("class\tKERNEL\t"));
    }

    @Test
    void classWithoutItsNeed_countsAsEachOfItsTests() throws IOException {
        assertThat(run(Unprepared.class)).contains("ended\tsample\t0\t0\t2");
    }
}
