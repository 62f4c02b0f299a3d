// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs in the calling thread's namespaces. */
final class Program {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin";

    private Program() {}

    /** A plugin by the words that start it, with the call's environment and no other. */
    static Answer run(Call call, List<String> command) {
        return run(call.environment(), call.input(), command);
    }

    /** A shell script with arguments from {@code $1}, which has to succeed; answers its output. */
    static String sh(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return fed("", command.toArray(String[]::new));
    }

    /** A command with a standard input, which has to succeed; answers its output. */
    static String fed(String input, String... command) {
        Answer answer = run(
                Map.of("PATH", FOLDERS), input.getBytes(StandardCharsets.UTF_8), List.of(command));
        if (answer.code() != 0) {
            throw new AssertionError(
                    "ended with " + answer.code() + ": " + List.of(command) + "\n" + answer);
        }
        return answer.output();
    }

    private static Answer run(Map<String, String> environment, byte[] input, List<String> command) {
        Path[] files = new Path[3];
        try {
            for (int i = 0; i < files.length; i++) {
                files[i] = Files.createTempFile("scenario", "");
            }
            Files.write(files[0], input);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(files[0].toFile())
                    .redirectOutput(files[1].toFile())
                    .redirectError(files[2].toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            int code = await(builder.start(), command);
            return new Answer(code, text(files[1]), text(files[2]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            for (Path file : files) {
                delete(file);
            }
        }
    }

    private static int await(Process process, List<String> command) {
        try {
            if (process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new AssertionError(command + " runs longer than " + LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + " was interrupted", e);
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
}
