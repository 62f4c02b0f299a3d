// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs plugins and measures them. The JVM's own way goes over a helper program, which takes as long
 * as a plugin; and streams are files here, so that nobody waits for a reader.
 */
final class PluginProcess {
    private static final long LIMIT_SECONDS = 20;

    private final Libc libc;
    private final Path folder;

    /** Streams are kept in files of that folder, one process at a time. */
    PluginProcess(Libc libc, Path folder) {
        this.libc = libc;
        this.folder = folder;
    }

    /** Runs a program with exactly this environment and this standard input; 20 s at most. */
    Ran run(Path program, Map<String, String> environment, String input) {
        try {
            Files.writeString(folder.resolve("stdin"), input);
            int[] streams = {
                open("stdin", Linux.O_RDONLY),
                open("stdout", Linux.O_WRONLY | Linux.O_CREAT | Linux.O_TRUNC),
                open("stderr", Linux.O_WRONLY | Linux.O_CREAT | Linux.O_TRUNC)
            };
            byte[][] variables = environment.entrySet().stream()
                    .map(entry -> (entry.getKey() + "=" + entry.getValue())
                            .getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            long start = System.nanoTime();
            int pid = demand(
                    "run " + program,
                    libc.spawn(
                            program.toString(),
                            new String[] {program.toString()},
                            variables,
                            streams[0],
                            streams[1],
                            streams[2]));
            int code = await(pid);
            long nanos = System.nanoTime() - start;
            for (int stream : streams) {
                libc.close(stream);
            }
            return new Ran(
                    List.of(program.toString()),
                    code,
                    Files.readString(folder.resolve("stdout")),
                    Files.readString(folder.resolve("stderr")),
                    nanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int open(String file, int flags) {
        return demand(
                "open " + file,
                libc.open(folder.resolve(file).toString(), flags | Linux.O_CLOEXEC, 0600));
    }

    private int await(int pid) {
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                () -> libc.kill(pid, Linux.SIGKILL),
                CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS));
        int[] status = new int[1];
        int answer = libc.waitpid(pid, status, 0);
        while (answer == Errno.EINTR.negated()) {
            answer = libc.waitpid(pid, status, 0);
        }
        limit.cancel(false);
        demand("wait for process " + pid, answer);
        // sys/wait.h: the signal in the low seven bits, the exit status above them.
        int signal = status[0] & 0x7f;
        return signal == 0 ? status[0] >> 8 & 0xff : 128 + signal;
    }

    private static int demand(String what, int answer) {
        if (answer < 0) {
            throw new IllegalStateException(what + ": " + Errno.describe(answer));
        }
        return answer;
    }
}
