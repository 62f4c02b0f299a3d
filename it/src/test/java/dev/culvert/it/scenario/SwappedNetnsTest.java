// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;

/** CNI_NETNS is a link that somebody turns from the container to the host, and back. */
@InNetns(mayLeave = true)
final class SwappedNetnsTest {
    private static final String HOST = "/proc/thread-self/ns/net";
    private static final int ROUNDS = 30;

    private final Witness host = new Witness();

    @TempDir
    private Path folder;

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private Path link() {
        return folder.resolve("netns");
    }

    private void turn(String target) {
        try {
            Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of(target));
            Files.move(next, link(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String other() {
        try {
            return Files.readSymbolicLink(link()).toString().equals(HOST)
                    ? stage.container().path()
                    : HOST;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The system calls; each opening of the link turns it. */
    private Libc turning() {
        Libc real = new FfmLibc();
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    try {
                        Object answer = method.invoke(real, arguments);
                        if (method.getName().equals("open")
                                && arguments[0].equals(link().toString())) {
                            turn(other());
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private boolean isInHost() {
        return host.tryRun("ip", "link", "show", "eth0").code() == 0;
    }

    private boolean isInContainer() {
        return stage.container().witness().tryRun("ip", "link", "show", "eth0").code() == 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void linkTurnedOnceItWasOpened_leadsWhereItLed(String plugin) {
        Call add = stage.warmed(stage.add(plugin)).with("CNI_NETNS", link().toString());
        Snapshot before = stage.snapshot();

        turn(stage.container().path());
        Answer added = World.here(turning(), add).ok();
        assertThat(isInContainer()).isTrue();
        assertThat(isInHost()).isFalse();

        Call next = add.set("prevResult", added.output());
        turn(stage.container().path());
        World.here(turning(), next.verb("CHECK")).ok();
        turn(stage.container().path());
        World.here(turning(), next.verb("DEL")).ok();
        assertThat(stage.snapshot().since(before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void linkToTheHost_staysRefusedWhenItIsTurned(String plugin) {
        Call add = stage.warmed(stage.add(plugin)).with("CNI_NETNS", link().toString());
        Snapshot before = stage.snapshot();

        turn(HOST);
        Answer answer = World.here(turning(), add);

        Refusal.of(CniErrorCode.INVALID_NETNS, "should not be the same").check(add, answer);
        assertThat(stage.snapshot().since(before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void linkTurnedAllTheTime_neverAttachesTheHost(String plugin) throws InterruptedException {
        Call add = stage.warmed(stage.add(plugin)).with("CNI_NETNS", link().toString());
        Snapshot before = stage.snapshot();
        turn(HOST);
        AtomicBoolean ends = new AtomicBoolean();
        Thread turner = Thread.ofPlatform().start(() -> {
            while (!ends.get()) {
                turn(other());
            }
        });

        int attached = 0;
        try {
            for (int i = 0; i < ROUNDS; i++) {
                Answer added = World.NATIVE.run(add);
                assertThat(isInHost()).as("%s", added).isFalse();
                assertThat(isInContainer()).as("%s", added).isEqualTo(added.code() == 0);
                attached += 1 - added.code();
                World.NATIVE.run(add.verb("DEL")).ok();
                assertThat(isInContainer()).isFalse();
            }
        } finally {
            ends.set(true);
            turner.join();
        }

        assertThat(attached).isBetween(1, ROUNDS);
        assertThat(stage.snapshot().since(before)).isEmpty();
    }
}
