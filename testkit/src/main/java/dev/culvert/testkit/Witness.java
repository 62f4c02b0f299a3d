// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Asks the standard tools what the kernel has, so that a test never believes our own code about
 * itself. Programs run in the calling thread's namespaces, or in a named one.
 */
public final class Witness {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What the kernel puts into every new namespace once a module for tunnels is loaded. */
    private static final Set<String> FALLBACK = Set.of(
            "lo",
            "tunl0",
            "sit0",
            "gre0",
            "gretap0",
            "erspan0",
            "ip_vti0",
            "ip6_vti0",
            "ip6tnl0",
            "ip6gre0");

    private final List<String> prefix;

    /** In the calling thread's namespaces. */
    public Witness() {
        this.prefix = List.of();
    }

    private Witness(List<String> prefix) {
        this.prefix = prefix;
    }

    /** In the network namespace of that name under /run/netns. */
    public static Witness in(String netns) {
        return new Witness(List.of("ip", "netns", "exec", netns));
    }

    /** How a program ended: its exit code and what it wrote. */
    public record Outcome(int code, String output, String error) {
        /** Both streams, for messages. */
        public String text() {
            return (output + error).strip();
        }
    }

    /**
     * Runs a program and answers its standard output.
     *
     * @throws AssertionError with everything that it wrote, if it ends with another code than 0
     */
    public String run(String... command) {
        return runWith("", command);
    }

    /** The same with a standard input. */
    public String runWith(String input, String... command) {
        Outcome outcome = tryWith(input, Map.of(), command);
        if (outcome.code != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + outcome.code
                    + ": " + outcome.text());
        }
        return outcome.output;
    }

    /** Runs a program that may fail. */
    public Outcome tryRun(String... command) {
        return tryWith("", Map.of(), command);
    }

    /**
     * Runs a program that may fail, with a standard input and variables on top of the test's
     * environment.
     */
    public Outcome tryWith(String input, Map<String, String> environment, String... command) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(List.of(command));
        Path[] files = new Path[3];
        try {
            for (int i = 0; i < files.length; i++) {
                files[i] = Files.createTempFile("witness", "");
            }
            Files.writeString(files[0], input);
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectInput(files[0].toFile())
                    .redirectOutput(files[1].toFile())
                    .redirectError(files[2].toFile());
            builder.environment().putAll(environment);
            int code = await(builder.start(), line);
            return new Outcome(code, text(files[1]), text(files[2]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (Path file : files) {
                delete(file);
            }
        }
    }

    private static int await(Process process, List<String> line) {
        try {
            if (process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(String.join(" ", line) + " runs longer than " + LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(String.join(" ", line) + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the links, without the "@peer" that ip shows. */
    public List<String> links() {
        return run("ip", "-o", "link")
                .lines()
                .map(line -> line.split(": ")[1].replaceAll("@.*", ""))
                .toList();
    }

    /** What a clean network namespace does not have: links other than lo, and nftables tables. */
    public List<String> leftovers() {
        List<String> left = new ArrayList<>();
        links().stream()
                .filter(name -> !FALLBACK.contains(name))
                .forEach(name -> left.add("link " + name));
        if (has("nft")) {
            run("nft", "list", "tables").lines().forEach(left::add);
        }
        return left;
    }

    /** Whether a program is on the PATH or in the folders for administrators. */
    public static boolean has(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String folder : path.split(":")) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
