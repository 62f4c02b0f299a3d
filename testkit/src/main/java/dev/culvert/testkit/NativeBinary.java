// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import org.opentest4j.TestAbortedException;

import java.nio.file.Files;
import java.nio.file.Path;

/** The programs that {@code ./dev native} builds and hands to the tests by system properties. */
public final class NativeBinary {
    private NativeBinary() {}

    /**
     * The path in a property; the test is skipped, and says so, where the native build has not run.
     */
    public static Path of(String property) {
        String path = System.getProperty(property, "");
        if (path.isEmpty() || !Files.exists(Path.of(path))) {
            throw new TestAbortedException(property + " names no file: run ./dev test");
        }
        return Path.of(path);
    }
}
