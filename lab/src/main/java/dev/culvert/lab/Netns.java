// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A named network namespace: a container, or a host outside. Like {@code ip netns add NAME}. */
record Netns(String name) {
    private static final Libc LIBC = new FfmLibc();

    /** What runs inside. */
    interface Body<T> {
        T call() throws IOException;
    }

    /** Makes it, with lo up. */
    static Netns create(String name) {
        Ran.of(List.of("ip", "netns", "add", name)).ok();
        Ran.of(List.of("ip", "-n", name, "link", "set", "lo", "up")).ok();
        return new Netns(name);
    }

    /** What CNI_NETNS says. */
    String path() {
        return "/run/netns/" + name;
    }

    /**
     * Runs the body on a thread inside and waits for it. A socket that it opens stays in the
     * namespace and can be used by any thread.
     */
    <T> T call(Body<T> body) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter();
            return body.call();
        });
        // Threads are never shared: this one stays in the namespace.
        Thread.ofPlatform().name("netns-" + name).daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(
                    "in " + name + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void enter() {
        int fd = LIBC.open(path(), Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        int answer = fd < 0 ? fd : LIBC.setns(fd, Linux.CLONE_NEWNET);
        LIBC.close(fd);
        if (answer < 0) {
            throw new IllegalStateException("enter " + path() + ": " + Errno.describe(answer));
        }
    }

    /** Runs {@code ip -n NAME ...}. */
    Ran ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(words));
        return Ran.of(command);
    }

    /** Runs a program inside. */
    Ran run(String... words) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + path()));
        command.addAll(List.of(words));
        return Ran.of(command);
    }
}
