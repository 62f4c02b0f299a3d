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
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

class FileLockTest {
    @TempDir
    Path folder;

    private final FfmLibc libc = new FfmLibc();
    private final AtomicBoolean wiped = new AtomicBoolean();

    private FileLock lock(int waitMillis) {
        return lock(libc, folder, waitMillis).orElseThrow();
    }

    private static Optional<FileLock> lock(Libc libc, Path folder, int waitMillis) {
        try (OpenFolder open = OpenFolder.open(libc, folder.toString())) {
            return FileLock.openIfPresent(libc, open, "lock", 0750, waitMillis);
        }
    }

    @Test
    void removedFolder_isEmpty() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        try (OpenFolder open = OpenFolder.open(libc, inner.toString())) {
            Files.delete(inner);

            assertThat(FileLock.openIfPresent(libc, open, "lock", 0750, 10)).isEmpty();
        }
    }

    @Test
    void fileRemovedBeforeItIsLocked_isMadeAnew() {
        // The folder is wiped between the look at the lock's file and the lock itself.
        Libc wiping = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("flock") && wiped.compareAndSet(false, true)) {
                        Files.delete(folder.resolve("lock"));
                    }
                    return method.invoke(libc, arguments);
                });
        try (FileLock held = lock(wiping, folder, 0).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(folder.resolve("lock")).exists();
            assertThat(catchThrowableOfType(ErrnoException.class, () -> lock(0)))
                    .as("the same lock for others")
                    .isNotNull();
        }
    }

    @Test
    void pipe_isRefusedAtOnce_andALinkMakesNothing() throws Exception {
        new Witness().run("mkfifo", folder.resolve("lock").toString());

        assertThatThrownBy(() -> lock(0))
                .hasMessageContaining(folder.resolve("lock") + ", which is no regular file");
        Files.delete(folder.resolve("lock"));
        Files.createSymbolicLink(folder.resolve("lock"), folder.resolve("elsewhere"));
        assertThatThrownBy(() -> lock(0))
                .hasMessageContaining(folder.resolve("lock") + ", which is a symbolic link");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void heldLock_isRefusedAfterTheWait_asTransient() {
        try (FileLock held = lock(0)) {
            assertThat(held).isNotNull();

            ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> lock(20));

            assertThat(refused.errno()).isEqualTo(Errno.EAGAIN);
            assertThat(refused)
                    .hasMessageContaining(
                            folder.resolve("lock") + ", which another process has held for 20 ms");
        }
        lock(0).close();
    }

    @Test
    void lockThatIsReleased_isTakenByTheOneWhoWaits() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> waiting;
            try (FileLock held = lock(0)) {
                assertThat(held).isNotNull();
                waiting = threads.submit(() -> {
                    started.countDown();
                    lock(10_000).close();
                });
                assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(waiting.isDone()).isFalse();
            }
            waiting.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void folderWipedWhileWaiting_givesTheLockOfTheNewOne() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        FileLock old = lock(libc, inner, 0).orElseThrow();
        CountDownLatch waits = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<FileLock> waiting =
                    threads.submit(() -> lock(announcing(waits), inner, 10_000).orElseThrow());
            assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
            Files.delete(inner.resolve("lock"));
            old.close();
            try (FileLock fresh = waiting.get(10, TimeUnit.SECONDS)) {
                assertThat(fresh).isNotNull();
                assertThat(inner.resolve("lock")).exists();
                assertThat(catchThrowableOfType(ErrnoException.class, () -> lock(libc, inner, 0)))
                        .isNotNull();
            }
        }
    }

    /** System calls of which the first pause is announced. */
    private Libc announcing(CountDownLatch waits) {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("poll")) {
                        waits.countDown();
                    }
                    return method.invoke(libc, arguments);
                });
    }

    @Test
    void manyWaiting_areInsideOneAtATime() throws Exception {
        List<Integer> inside = new ArrayList<>();
        int[] now = {0};
        try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                all.add(threads.submit(() -> {
                    try (FileLock held = lock(30_000)) {
                        assertThat(held).isNotNull();
                        now[0]++;
                        inside.add(now[0]);
                        now[0]--;
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(inside).hasSize(60).containsOnly(1);
    }

    @Test
    void interruptedCall_isMadeAgain() {
        FaultLibc faults =
                new FaultLibc(libc).fail("flock", 1, Errno.EINTR).fail("openat", 1, Errno.EINTR);

        lock(faults.libc(), folder, 0).orElseThrow().close();

        assertThat(faults.count("flock")).isEqualTo(2);
    }
}
