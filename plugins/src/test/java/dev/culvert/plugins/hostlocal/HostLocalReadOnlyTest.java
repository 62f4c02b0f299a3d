// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The data directory on a file system that is mounted read-only, as only the test's own thread sees
 * it.
 */
class HostLocalReadOnlyTest {
    private static final String RANGE = "\"subnet\": \"10.1.2.0/24\"";

    @TempDir
    Path dataDir;

    private final FfmLibc libc = new FfmLibc();

    @Test
    void everyVerb_saysSoOrNeedsNoWriting() throws Exception {
        assumeTrue(libc.geteuid() == 0, "needs root to mount");
        Network network = Network.in(dataDir);
        Caller caller = network.caller(RANGE);
        caller.add("c1");
        network.put("10.1.2.9", "c9\r\neth0");
        Map<String, String> before = network.files();

        onReadOnlyMount(() -> {
            assertThat(caller.add("c2").code()).isEqualTo(5);
            assertThat(caller.add("c2").msg())
                    .contains("EROFS", network.folder().toString());
            assertThat(caller.add("c1").code()).isEqualTo(5);
            assertThat(caller.del("c1").code()).isEqualTo(5);
            assertThat(caller.del("c1").msg())
                    .contains("remove " + network.folder() + "/10.1.2.2: EROFS");
            assertThat(caller.del("unknown").ok()).isTrue();
            assertThat(caller.check("c9").ok()).isTrue();
            assertThat(caller.status().code()).isEqualTo(50);
            assertThat(caller.status().msg()).contains("EROFS");
            Caller gc = Caller.of(network.conf("1.1.0", "", "\"cni.dev/valid-attachments\": []"));
            assertThat(gc.gc().code()).isEqualTo(5);
            Network none = new Network(dataDir, "none");
            assertThat(none.caller(RANGE).add("c1").msg()).contains("create folder", "EROFS");
            assertThat(none.caller(RANGE).del("c1").ok()).isTrue();
            assertThat(none.caller(RANGE).status().code()).isEqualTo(50);
        });

        assertThat(network.files()).isEqualTo(before);
        assertThat(caller.del("c1").ok()).isTrue();
    }

    private void onReadOnlyMount(Runnable body) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            assertThat(libc.unshare(Linux.CLONE_NEWNS)).isZero();
            assertThat(libc.mount("", "/", "", Linux.MS_REC | Linux.MS_PRIVATE, ""))
                    .isZero();
            String path = dataDir.toString();
            assertThat(libc.mount(path, path, "", Linux.MS_BIND, "")).isZero();
            assertThat(libc.mount(
                            "", path, "", Linux.MS_BIND | Linux.MS_REMOUNT | Linux.MS_RDONLY, ""))
                    .isZero();
            body.run();
            return null;
        });
        Thread thread = Thread.ofPlatform().start(task);
        thread.join();
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
