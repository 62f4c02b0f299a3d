// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the launcher out of its C source with whichever compiler is there; musl's is preferred: it
 * starts faster.
 */
final class Compiler {
    private static final List<String> NAMES = List.of("musl-gcc", "gcc", "cc");

    private Compiler() {}

    /**
     * Compiles {@code launch.c}, statically where that works.
     *
     * @return the program, in {@code directory}
     * @throws UsageException without a compiler
     */
    static Path launcher(Path directory) {
        Path source = directory.resolve("launch.c");
        try (InputStream in = Compiler.class.getResourceAsStream("launch.c")) {
            if (in == null) {
                throw new IllegalStateException("launch.c is not among the classes");
            }
            Files.write(source, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compile(source, directory.resolve("launch"));
    }

    /** Compiles one C file to one program. */
    static Path compile(Path source, Path program) {
        String name = NAMES.stream()
                .filter(n -> Programs.find(n).isPresent())
                .findFirst()
                .orElseThrow(() -> new UsageException(
                        "no C compiler: want one of " + String.join(", ", NAMES)));
        Optional<String> trouble = run(name, source, program, List.of("-static"));
        if (trouble.isPresent()) {
            trouble = run(name, source, program, List.of());
        }
        if (trouble.isPresent()) {
            throw new UsageException(name + " " + source + ": " + trouble.get());
        }
        return program;
    }

    private static Optional<String> run(String name, Path source, Path program, List<String> more) {
        List<String> command = new ArrayList<>(List.of(name, "-O2", "-o", program.toString()));
        command.addAll(more);
        command.add(source.toString());
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.empty() : Optional.of(output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while compiling", e);
        }
    }
}
