// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Namespaces: found or not, entered and left again. */
@InNetns
final class NetnsTest {
    private static final Libc LIBC = new FfmLibc();

    private final TestNetns container = TestNetns.create("pod");

    @AfterEach
    void close() {
        container.close();
    }

    @Test
    void body_runsInsideAndTheThreadComesBack() {
        container.witness().run("ip", "link", "add", "inner", "type", "bridge");
        FaultLibc libc = new FaultLibc(LIBC);

        try (Netns netns = Netns.open(libc.libc(), container.path())) {
            assertThat(netns.<Boolean>call(() -> new Witness().links().contains("inner")))
                    .isTrue();
        }

        assertThat(new Witness().links()).doesNotContain("inner");
        assertThat(libc.openDescriptors()).isEmpty();
    }

    @Test
    void failingBody_comesBackToo() {
        container.witness().run("ip", "link", "add", "inner", "type", "bridge");
        try (Netns netns = Netns.open(LIBC, container.path())) {
            assertThatThrownBy(() -> netns.call(() -> {
                        throw new IllegalStateException("inside");
                    }))
                    .hasMessage("inside");
        }

        assertThat(new Witness().links()).doesNotContain("inner");
    }

    @Test
    void refusedEntry_leavesTheThreadAndNoDescriptor() {
        FaultLibc libc = new FaultLibc(LIBC).fail("setns", 1, Errno.EPERM);
        try (Netns netns = Netns.open(libc.libc(), container.path())) {
            ErrnoException error =
                    catchThrowableOfType(ErrnoException.class, () -> netns.call(() -> "never"));

            assertThat(error).hasMessageContaining("enter network namespace " + container.path());
        }
        assertThat(libc.openDescriptors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/nonexistent/netns",
                "/etc/passwd",
                "/etc/passwd/netns",
                "/proc/self/status",
                "/"
            })
    void pathThatLeadsToNoNamespace_isNone(String path) {
        assertThat(Netns.find(LIBC, path)).isEmpty();
    }

    @Test
    void plainFileAndPipe_areNoneAndNotWaitedFor(@TempDir Path folder) {
        new Witness().run("mkfifo", folder.resolve("pipe").toString());

        assertThat(Netns.find(LIBC, folder.resolve("pipe").toString())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EACCES", "EMFILE", "ENFILE", "ENOMEM"})
    void pathThatCannotBeLookedAt_isNotTakenForNone(Errno errno) {
        for (String call : new String[] {"open", "fsType"}) {
            FaultLibc libc = new FaultLibc(LIBC).fail(call, 1, errno);

            assertThatThrownBy(() -> Netns.find(libc.libc(), container.path()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining(errno.name());
            assertThat(libc.openDescriptors()).isEmpty();
        }
    }

    @Test
    void otherNamespaceOfAProcess_isNotOneOfTheNetwork() {
        try (Netns netns = Netns.open(LIBC, "/proc/self/ns/mnt")) {
            assertThatThrownBy(() -> netns.call(() -> "never")).isInstanceOf(ErrnoException.class);
        }
    }
}
