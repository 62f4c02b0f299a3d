// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

import java.io.IOException;
import java.util.List;

@InNetns
final class InNetnsTest {
    private Thread before;

    @BeforeEach
    void remember() {
        before = Thread.currentThread();
    }

    @Test
    void test_runsInAnEmptyNamespaceOnAPlatformThreadOfItsOwn() {
        assertThat(new Witness().links()).containsExactly("lo");
        assertThat(Thread.currentThread()).isSameAs(before).matches(thread -> !thread.isVirtual());
    }

    @Test
    @InNetns(mounts = true)
    void sysfs_showsTheNewNamespace() {
        assertThat(new Witness().run("ls", "/sys/class/net").lines())
                .contains("lo")
                .doesNotContain("eth0");
    }

    @Test
    void leftovers_failTheTest() {
        List<String> failures = failuresOf(Untidy.class);

        assertThat(failures).hasSize(2);
        assertThat(failures).anyMatch(text -> text.contains("link left; table ip left"));
        assertThat(failures).anyMatch(text -> text.matches(".*left behind: process \\d+"));
    }

    private static List<String> failuresOf(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(tests))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow()
                        .getMessage())
                .toList();
    }

    /** Run by the engine above only: the suite looks for classes whose names end in Test. */
    @InNetns
    static final class Untidy {
        @Test
        void leavesLinkAndTable() {
            new Witness().run("ip", "link", "add", "left", "type", "bridge");
            new Witness().run("nft", "add", "table", "ip", "left");
        }

        @Test
        void leavesProcess() throws IOException {
            new ProcessBuilder("sleep", "5").start();
        }

        @Test
        @InNetns(mayLeave = true)
        void leavesAsAllowed() {
            new Witness().run("ip", "link", "add", "left", "type", "bridge");
        }
    }
}
