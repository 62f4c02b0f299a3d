// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The reference's host-local as Debian installs it, or another one named by the variable
 * CULVERT_REFERENCE_CNI.
 */
record Reference(Path program) {
    static Optional<Reference> find() {
        String folder = System.getenv().getOrDefault("CULVERT_REFERENCE_CNI", "/usr/lib/cni");
        Path program = Path.of(folder, "host-local");
        return Files.isExecutable(program) ? Optional.of(new Reference(program)) : Optional.empty();
    }

    Answer call(String verb, String id, String conf) {
        ProcessBuilder builder = new ProcessBuilder(program.toString());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "CNI_COMMAND",
                        verb,
                        "CNI_CONTAINERID",
                        id,
                        "CNI_IFNAME",
                        "eth0",
                        "CNI_NETNS",
                        "/nowhere",
                        "CNI_PATH",
                        program.getParent().toString()));
        try {
            Process process = builder.start();
            process.getOutputStream().write(conf.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
