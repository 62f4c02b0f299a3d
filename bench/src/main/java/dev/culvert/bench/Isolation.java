// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts this program again in a network and a mount namespace of its own, with a tmpfs to work in.
 * All that the plugins do happens there and ends with it, also when it is interrupted; the host is
 * not touched.
 */
final class Isolation {
    private static final String WORK = "culvert.bench.work";

    private Isolation() {}

    /** The folder to work in; empty outside. */
    static Optional<Path> inside() {
        return Optional.ofNullable(System.getProperty(WORK)).map(Path::of);
    }

    /**
     * Runs {@link Main} inside, with our streams.
     *
     * @return its exit status
     */
    static int enter(List<String> words) {
        try {
            Path work = Files.createTempDirectory("culvert-bench");
            Process process = new ProcessBuilder(command(work, words))
                    .inheritIO()
                    .redirectError(ProcessBuilder.Redirect.PIPE)
                    .start();
            Thread relay = Thread.ofPlatform().daemon().start(() -> relay(process));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, relay, work)));
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * The launcher holds stderr open until its last plugin has ended, so the end of this is the end
     * of all.
     */
    private static void relay(Process process) {
        try {
            process.getErrorStream().transferTo(System.err);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
    }

    /**
     * Also when we are interrupted. Where we are, the folder is empty; but deleting it takes the
     * tmpfs away inside, and a plugin that still ran would then write to the host.
     */
    private static void end(Process process, Thread relay, Path work) {
        try {
            // Process.destroy would close the stream that the relay reads.
            process.toHandle().destroy();
            process.waitFor();
            relay.join();
            Files.delete(work);
        } catch (IOException e) {
            System.err.println("bench: " + work + " stays behind: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Path work, List<String> words) {
        Path unshare = Programs.find("unshare")
                .orElseThrow(() -> new UsageException("unshare (package util-linux) is missing"));
        List<String> command = new ArrayList<>(List.of(unshare.toString()));
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (!isRoot) {
            command.add("--map-root-user");
        }
        command.addAll(List.of(
                "--net",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o mode=755 culvert-bench \"$0\" && exec \"$@\"",
                work.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-D" + WORK + "=" + work,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(words);
        return command;
    }
}
