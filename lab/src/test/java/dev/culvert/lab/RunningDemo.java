// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import org.opentest4j.TestAbortedException;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The demo as a process of its own, as {@code ./dev demo} starts it. */
final class RunningDemo {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedReader output;
    private final StringBuilder said = new StringBuilder();

    private RunningDemo(Process process) {
        this.process = process;
        output = process.inputReader();
    }

    /** Starts it with these options; errors come with the output. */
    static RunningDemo start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
        command.addAll(List.of(options));
        return new RunningDemo(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** The plugins under test: those of culvert.bin, or of dist/bin in the checkout. */
    static Path plugins() {
        Path checkout = Path.of("").toAbsolutePath();
        while (checkout.getParent() != null
                && Files.exists(checkout.getParent().resolve("pom.xml"))) {
            checkout = checkout.getParent();
        }
        Path bin = checkout.resolve(System.getProperty("culvert.bin", "dist/bin"));
        for (String plugin : Needs.PLUGINS) {
            if (!Files.isExecutable(bin.resolve(plugin))) {
                throw unmet("the plugin "
                        + bin.resolve(plugin)
                        + " (./dev native, or -Dculvert.bin=DIR)");
            }
        }
        try {
            Needs.check(new Options(bin, false, false, false));
        } catch (CannotRunException e) {
            throw unmet(e.getMessage());
        }
        return bin;
    }

    private static RuntimeException unmet(String need) {
        return new TestAbortedException("needs " + need);
    }

    /** Reads until it says something. */
    void awaitLine(String text) throws IOException {
        String line = output.readLine();
        while (line != null && !line.contains(text)) {
            said.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new AssertionError("it ended without saying " + text + ":\n" + said);
        }
        said.append(line).append('\n');
    }

    /** Its exit status. */
    int awaitEnd() throws IOException, InterruptedException {
        output.lines().forEach(line -> said.append(line).append('\n'));
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end:\n" + said);
        }
        return process.exitValue();
    }

    /** What it has said so far. */
    String said() {
        return said.toString();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** It and all processes that it has started. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Those that are still alive when all should be gone; waits 10 s for that. */
    static List<ProcessHandle> survivors(List<ProcessHandle> family) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        List<ProcessHandle> alive = family;
        while (!alive.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(2_000_000);
            alive = family.stream().filter(ProcessHandle::isAlive).toList();
        }
        return alive;
    }
}
