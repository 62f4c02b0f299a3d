// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folders with plugins that tests use, chosen by system properties.
 *
 * <p>{@code culvert.bin} has the plugins under test (default: {@code dist/bin} of the checkout);
 * {@code culvert.debian} has those of Debian's package (default: {@code /usr/lib/cni});
 * {@code culvert.reference} has those of the newest reference release and {@code culvert.cnitool}
 * its command, which both have no default because they have to be built.
 */
public final class Plugins {
    private Plugins() {}

    /** The plugins under test. */
    public static Path underTest() {
        return Needs.plugins(
                "plugins under test (-Dculvert.bin=DIR; ./dev native makes dist/bin)",
                folder("culvert.bin").orElseGet(() -> checkout().resolve("dist/bin")),
                "loopback",
                "bridge",
                "ptp",
                "host-local",
                "static");
    }

    /** Debian's build of the reference, 1.1.1 in Debian 12. */
    static Path debian() {
        return Needs.plugins(
                "Debian's plugins (containernetworking-plugins)",
                folder("culvert.debian").orElse(Path.of("/usr/lib/cni")),
                "bridge",
                "host-local",
                "portmap",
                "firewall",
                "tuning");
    }

    /** The newest reference. */
    static Path reference() {
        return Needs.plugins(
                "the newest reference plugins (-Dculvert.reference=DIR; they are built with Go)",
                folder("culvert.reference").orElse(Path.of("culvert.reference is not set")),
                "bridge",
                "ptp",
                "host-local");
    }

    /** The newest reference if it was built here. */
    static Optional<Path> findReference() {
        return folder("culvert.reference")
                .filter(folder -> Files.isExecutable(folder.resolve("bridge")));
    }

    /** The command of the reference's runtime library. */
    static Path cnitool() {
        return folder("culvert.cnitool")
                .filter(Files::isExecutable)
                .or(() -> Needs.find("cnitool"))
                .or(() -> folder("culvert.reference")
                        .map(folder -> folder.resolve("cnitool"))
                        .filter(Files::isExecutable))
                .orElseThrow(
                        () -> Needs.unmet("cnitool (-Dculvert.cnitool=FILE; it is built with Go)"));
    }

    private static Optional<Path> folder(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .filter(text -> !text.isBlank())
                .map(text -> checkout().resolve(text).normalize());
    }

    /** The folder with the tests' checkout: the outermost one above that has a pom.xml. */
    public static Path checkout() {
        Path result = Path.of("").toAbsolutePath();
        while (result.getParent() != null && Files.exists(result.getParent().resolve("pom.xml"))) {
            result = result.getParent();
        }
        return result;
    }
}
