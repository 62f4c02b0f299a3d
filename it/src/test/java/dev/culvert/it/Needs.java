// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a test needs from the machine. A test whose need is not met is skipped with the need's name;
 * which skips are faults is judged for all tests in one place, by test-report.
 */
public final class Needs {
    private static final List<String> FOLDERS = folders();

    private Needs() {}

    private static List<String> folders() {
        List<String> folders = new ArrayList<>(
                List.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")));
        // Many shells of ordinary users lack these.
        folders.add("/usr/sbin");
        folders.add("/sbin");
        return List.copyOf(folders);
    }

    /** Programs by name, each with the Debian package that brings it: {@code "podman (podman)"}. */
    public static void tools(String... named) {
        List<String> missing = new ArrayList<>();
        for (String tool : named) {
            if (find(tool.substring(0, tool.indexOf(' '))).isEmpty()) {
                missing.add(tool);
            }
        }
        if (!missing.isEmpty()) {
            throw unmet("program (Debian package): " + String.join(", ", missing));
        }
    }

    /** The user id 0, in whatever user namespace. */
    static void root() {
        try {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                throw unmet("root, or a user namespace with root in it (unshare --map-root-user)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The user id 0 of the machine: container runtimes do more than a user namespace allows. */
    static void rootOfTheMachine() {
        root();
        try {
            // "inside outside count": the machine's own namespace maps every id.
            if (!Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith(" 4294967295")) {
                throw unmet("root outside of a user namespace");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * IPv6 sockets in this JVM: Java looks once, at its start, whether its own namespace has an
     * address.
     */
    static void ipv6() {
        try {
            if (Files.readString(Path.of("/proc/net/if_inet6")).isBlank()) {
                throw unmet("IPv6 in the test's own namespace (ip link set lo up)");
            }
        } catch (IOException e) {
            throw unmet("IPv6 in the kernel");
        }
    }

    /** A folder with plugins of these names. */
    static Path plugins(String what, Path folder, String... names) {
        for (String name : names) {
            if (!Files.isExecutable(folder.resolve(name))) {
                throw unmet(what + ": " + folder.resolve(name));
            }
        }
        return folder;
    }

    /** The first program of that name. */
    static Optional<Path> find(String program) {
        return FOLDERS.stream()
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The error of a test whose need is not met. */
    public static RuntimeException unmet(String need) {
        return new TestAbortedException("needs " + need);
    }
}
