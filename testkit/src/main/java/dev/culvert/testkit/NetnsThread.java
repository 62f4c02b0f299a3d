// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import org.opentest4j.TestAbortedException;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A platform thread that lives in a network namespace and dies with it.
 *
 * <p>setns and unshare change one thread, and a thread that has changed must never serve anybody
 * else.
 */
final class NetnsThread implements AutoCloseable {
    private static final Libc LIBC = new FfmLibc();

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("netns-", 1).daemon().factory());

    /** What runs on the thread. */
    interface Body<T> {
        T call() throws Throwable;
    }

    private NetnsThread() {}

    /**
     * In a fresh network namespace with lo up, and with mounts in a fresh mount namespace whose
     * /sys fits.
     */
    static NetnsThread openFresh(boolean mounts) throws Exception {
        NetnsThread result = new NetnsThread();
        try {
            result.<Void>call(() -> {
                int flags = Linux.CLONE_NEWNET | (mounts ? Linux.CLONE_NEWNS : 0);
                int answer = LIBC.unshare(flags);
                if (answer == Errno.EPERM.negated()) {
                    throw new TestAbortedException(
                            "needs CAP_SYS_ADMIN for a network namespace: run ./dev test");
                }
                Answers.require("unshare", answer);
                if (mounts) {
                    Answers.require(
                            "make / private",
                            LIBC.mount("none", "/", "", Linux.MS_REC | Linux.MS_PRIVATE, ""));
                    Answers.require("mount /sys", LIBC.mount("sysfs", "/sys", "sysfs", 0, ""));
                }
                new Witness().run("ip", "link", "set", "lo", "up");
                return null;
            });
            return result;
        } catch (Throwable e) {
            result.close();
            throw e;
        }
    }

    /** In the network namespace that a path leads to. */
    static NetnsThread openAt(String path) throws Exception {
        NetnsThread result = new NetnsThread();
        try {
            result.<Void>call(() -> {
                int fd = Answers.require(
                        "open " + path, LIBC.open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0));
                try {
                    Answers.require("setns " + path, LIBC.setns(fd, Linux.CLONE_NEWNET));
                } finally {
                    LIBC.close(fd);
                }
                return null;
            });
            return result;
        } catch (Throwable e) {
            result.close();
            throw e;
        }
    }

    /** Runs the body on the thread and waits for it; what it throws is thrown here. */
    <T> T call(Body<T> body) throws Exception {
        try {
            return thread.submit(() -> {
                        try {
                            return body.call();
                        } catch (Exception | Error e) {
                            throw e;
                        } catch (Throwable e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    /**
     * Waits a moment for the thread to end: the kernel frees the namespace with its last holder.
     */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a test's thread does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
