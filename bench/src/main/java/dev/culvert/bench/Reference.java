// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the reference plugins: a given folder, the release that we are held to, or Debian's older
 * one.
 */
final class Reference {
    private static final String RELEASE = "1.10.0";
    private static final String PACKAGE =
            "github.com/containernetworking/plugins/plugins/...@v" + RELEASE;
    private static final Path DEBIAN = Path.of("/usr/lib/cni");

    private final Progress progress;

    Reference(Progress progress) {
        this.progress = progress;
    }

    /**
     * Resolves {@code --reference}.
     *
     * @return empty for {@code none}
     * @throws UsageException when there is nothing to compare with
     */
    Optional<Peer> resolve(String which) {
        return switch (which) {
            case "none" -> Optional.empty();
            case "auto" -> Optional.of(new Peer(Peer.REFERENCE, automatic()));
            default -> Optional.of(Peer.parse(Peer.REFERENCE + "=" + which));
        };
    }

    private Path automatic() {
        Path cached = cache().resolve("reference-" + RELEASE);
        if (hasPlugins(cached) || install(cached)) {
            return cached;
        }
        if (hasPlugins(DEBIAN)) {
            progress.say(
                    "reference: Debian's in " + DEBIAN + "; the targets are stated for " + RELEASE);
            return DEBIAN;
        }
        throw new UsageException(
                "no reference plugins: install Go or Debian's containernetworking-plugins, "
                        + "or give --reference DIR or --reference none");
    }

    private static boolean hasPlugins(Path directory) {
        return Files.isExecutable(directory.resolve("bridge"));
    }

    private static Path cache() {
        String given = System.getenv("XDG_CACHE_HOME");
        boolean isGiven = given != null && given.startsWith("/");
        return (isGiven ? Path.of(given) : Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("culvert");
    }

    /** Beside the final name first: an interrupted build must not look like a complete one. */
    private boolean install(Path directory) {
        Optional<Path> go = Programs.find("go");
        if (go.isEmpty()) {
            return false;
        }
        progress.say("reference: building " + RELEASE + " with Go, once");
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        try {
            Files.createDirectories(partial);
            ProcessBuilder builder = new ProcessBuilder(go.get().toString(), "install", PACKAGE);
            builder.environment().put("GOBIN", partial.toString());
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            int status = builder.start().waitFor();
            if (status != 0 || !hasPlugins(partial)) {
                progress.say("reference: go install " + PACKAGE + " ended with status " + status);
                return false;
            }
            Files.move(partial, directory);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
