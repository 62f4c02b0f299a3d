// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;

/**
 * A folder of plugins under the name that its column gets.
 *
 * @param directory absolute
 */
record Peer(String name, Path directory) {
    static final String OURS = "ours";
    static final String REFERENCE = "reference";

    /** Reads {@code NAME=DIR}. */
    static Peer parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new UsageException("--peer " + text + ": want NAME=DIR");
        }
        String name = text.substring(0, equals);
        if (name.equals(OURS)) {
            throw new UsageException("--peer " + text + ": that name is taken; use --ours DIR");
        }
        return new Peer(
                name, Path.of(text.substring(equals + 1)).toAbsolutePath().normalize());
    }

    boolean isOurs() {
        return name.equals(OURS);
    }

    Path plugin(String type) {
        return directory.resolve(type);
    }

    @Override
    public String toString() {
        return name + "=" + directory;
    }
}
