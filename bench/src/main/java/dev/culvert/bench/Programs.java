// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/** Where programs are found: PATH, and the folders that a user's PATH often lacks. */
final class Programs {
    private static final List<String> MORE = List.of(
            "/usr/local/sbin",
            "/usr/local/bin",
            "/usr/sbin",
            "/usr/bin",
            "/sbin",
            "/bin",
            "/usr/local/go/bin");

    private Programs() {}

    static Optional<Path> find(String name) {
        return folders().stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The PATH that plugins get. */
    static String path() {
        return String.join(":", folders());
    }

    private static SequencedSet<String> folders() {
        SequencedSet<String> folders = new LinkedHashSet<>();
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(":")) {
            if (folder.startsWith("/")) {
                folders.add(folder);
            }
        }
        folders.addAll(MORE);
        return folders;
    }
}
