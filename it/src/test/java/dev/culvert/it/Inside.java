// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A platform thread that lives in a network namespace and dies with it; sockets made on it belong
 * to that namespace and may be used from anywhere.
 */
final class Inside implements AutoCloseable {
    private static final Libc LIBC = new FfmLibc();

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("inside-", 1).daemon().factory());

    private Inside() {}

    /** A thread in the namespace that a path leads to, like {@link PrivateHost#netnsOf}. */
    static Inside open(String netns) throws Exception {
        Inside inside = new Inside();
        try {
            inside.<Void>call(() -> {
                int fd = require(
                        "open " + netns, LIBC.open(netns, Linux.O_RDONLY | Linux.O_CLOEXEC, 0));
                try {
                    require("setns " + netns, LIBC.setns(fd, Linux.CLONE_NEWNET));
                } finally {
                    LIBC.close(fd);
                }
                return null;
            });
            return inside;
        } catch (Exception | Error e) {
            inside.close();
            throw e;
        }
    }

    private static int require(String what, int answer) {
        if (answer < 0) {
            throw new AssertionError(what + ": " + Errno.describe(answer));
        }
        return answer;
    }

    /**
     * The names of the links in a namespace; without a process, for tests that ask a thousand
     * times.
     */
    static List<String> links(String netns) {
        try (Inside inside = open(netns)) {
            // Two lines of titles, then "  name: numbers". The process's own /proc/net would be
            // another namespace's.
            return inside
                    .call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")))
                    .stream()
                    .skip(2)
                    .map(line -> line.substring(0, line.indexOf(':')).strip())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError("links in " + netns, e);
        }
    }

    /** Runs the body on the thread and waits for it; what it throws is thrown here. */
    <T> T call(Callable<T> body) throws Exception {
        try {
            return thread.submit(body).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
