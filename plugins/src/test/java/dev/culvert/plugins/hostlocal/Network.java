// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A network's folder as people and other programs see it. */
record Network(Path dataDir, String name) {
    static Network in(Path dataDir) {
        return new Network(dataDir, "web");
    }

    Path folder() {
        return dataDir.resolve(name);
    }

    /**
     * A configuration of this network with more members of ipam, such as {@code "ranges": [...]}.
     */
    String conf(String version, String ipam) {
        return conf(version, ipam, "");
    }

    /** The same with more members of the configuration itself. */
    String conf(String version, String ipam, String more) {
        return "{\"cniVersion\": \"" + version + "\", \"name\": \"" + name
                + "\", \"type\": \"ptp\", \"ipam\": {"
                + "\"type\": \"host-local\", \"dataDir\": \"" + dataDir + "\""
                + (ipam.isEmpty() ? "" : ", ") + ipam
                + "}" + (more.isEmpty() ? "" : ", ") + more + "}";
    }

    Caller caller(String ipam) {
        return Caller.of(conf("1.1.0", ipam));
    }

    /** Names and contents of the files that the reference knows, hints and all. */
    Map<String, String> files() {
        return visible(true);
    }

    /** Names and contents of the reservations. */
    Map<String, String> leases() {
        return visible(false);
    }

    private Map<String, String> visible(boolean all) {
        Map<String, String> files = new TreeMap<>();
        if (!Files.isDirectory(folder())) {
            return files;
        }
        try (Stream<Path> paths = Files.list(folder())) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String file = path.getFileName().toString();
                boolean lease = file.contains(".") && Character.digit(file.charAt(0), 16) >= 0
                        || file.contains(":");
                if (lease || all && !file.startsWith(".")) {
                    files.put(file, Files.readString(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Names of hidden files that are not the index. */
    List<String> debris() {
        try (Stream<Path> paths = Files.list(folder())) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(file -> file.startsWith(".") && !file.equals(Index.NAME))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path index() {
        return folder().resolve(Index.NAME);
    }

    /** What somebody else writes into the folder. */
    void put(String file, String content) {
        try {
            Files.createDirectories(folder());
            Files.write(folder().resolve(file), content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String file) {
        try {
            Files.delete(folder().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a file look as if it had been written before this machine was started. */
    void age(String file) {
        try {
            Files.setLastModifiedTime(
                    folder().resolve(file), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
