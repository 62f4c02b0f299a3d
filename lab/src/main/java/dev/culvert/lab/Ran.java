// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that has run.
 *
 * @param code its exit status; 137 if it was ended for taking longer than 20 s
 * @param nanos from its start to its end, as seen from here
 */
record Ran(List<String> command, int code, String output, String error, long nanos) {
    private static final long LIMIT_SECONDS = 20;

    /** Runs a program of the machine, in English, without input. */
    static Ran of(List<String> command) {
        return of(command, Map.of("PATH", Needs.path(), "LC_ALL", "C"), "");
    }

    /** Runs a program with exactly this environment and this standard input. */
    static Ran of(List<String> command, Map<String, String> environment, String input) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.environment().putAll(environment);
            long start = System.nanoTime();
            Process process = builder.start();
            feed(process, input);
            CompletableFuture<Void> limit = CompletableFuture.runAsync(process::destroyForcibly,
                    CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS));
            byte[] output = process.getInputStream().readAllBytes();
            byte[] error = process.getErrorStream().readAllBytes();
            int code = process.waitFor();
            long nanos = System.nanoTime() - start;
            limit.cancel(false);
            return new Ran(List.copyOf(command), code, text(output), text(error), nanos);
        } catch (IOException e) {
            throw new UncheckedIOException("run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
        }
    }

    private static void feed(Process process, String input) {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading, which its code and output tell better.
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * What it said.
     *
     * @throws IllegalStateException with command and complaint if it failed
     */
    String ok() {
        if (code != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": exit status " + code + ": " + (error + output).strip());
        }
        return output;
    }
}
