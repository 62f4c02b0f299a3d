// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The small C programs in {@code it/src/test/c}, for what a JVM can't see or do. */
final class CProgram {
    private CProgram() {}

    /** Compiles a program and puts it on a host; answers its path there. */
    static String install(PrivateHost host, String name) throws IOException {
        Path binary = compiled(name);
        String inside = "/run/" + name;
        Files.copy(binary, host.path(inside), StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(
                host.path(inside), PosixFilePermissions.fromString("rwxr-xr-x"));
        return inside;
    }

    private static Path compiled(String name) throws IOException {
        Needs.tools("gcc (gcc)");
        Path source = Plugins.checkout().resolve("it/src/test/c").resolve(name + ".c");
        Path folder = Files.createDirectories(Plugins.checkout().resolve("it/target/c"));
        Path binary = folder.resolve(name);
        if (Files.exists(binary)
                && Files.getLastModifiedTime(binary).compareTo(Files.getLastModifiedTime(source))
                        > 0) {
            return binary;
        }
        // Under a name of its own first: another test may compile it at the same time.
        Path fresh = Files.createTempFile(folder, name, "");
        Process gcc = new ProcessBuilder(
                        "gcc", "-O2", "-Wall", "-Wextra", "-o", fresh.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = String.join("\n", gcc.inputReader().lines().toList());
        if (gcc.onExit().join().exitValue() != 0) {
            throw new AssertionError("gcc refuses " + source + ":\n" + said);
        }
        return Files.move(
                fresh, binary, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
