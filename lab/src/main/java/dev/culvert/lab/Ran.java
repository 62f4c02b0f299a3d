// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that has run.
 *
 * @param code its exit status, or 128 and the signal that ended it: 137 if it took longer than 20 s
 * @param nanos from its start to its end, as seen from here
 */
record Ran(List<String> command, int code, String output, String error, long nanos) {
    private static final long LIMIT_SECONDS = 20;

    /** Runs a program of the machine, in English, without input; 20 s at most. */
    static Ran of(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().clear();
            builder.environment().putAll(Map.of("PATH", Needs.path(), "LC_ALL", "C"));
            long start = System.nanoTime();
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<Void> limit = CompletableFuture.runAsync(
                    process::destroyForcibly,
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
            throw new IllegalStateException(String.join(" ", command)
                    + ": exit status "
                    + code
                    + ": "
                    + (error + output).strip());
        }
        return output;
    }
}
