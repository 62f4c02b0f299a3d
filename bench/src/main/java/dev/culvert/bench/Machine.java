// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What the figures were measured on.
 *
 * @param load the load average of the last minute when the run began: a busy machine measures
 *     itself
 */
record Machine(String kernel, String processor, int cpus, String load, String time) {
    static Machine current() {
        String release = System.getProperty("os.version") + " " + System.getProperty("os.arch");
        String load = read("/proc/loadavg").split(" ")[0];
        return new Machine(
                release,
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                load,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Whether others wanted more than half of the processors when the run began. */
    boolean isBusy() {
        try {
            return Double.parseDouble(load) > cpus / 2.0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String processorName() {
        return read("/proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "unknown";
        }
    }
}
