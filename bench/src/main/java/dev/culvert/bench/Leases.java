// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data folder of host-local, as the reference lays it out: {@code DATADIR/NETWORK/ADDRESS} holds
 * the container id, CR LF and the ifname; {@code last_reserved_ip.0} holds an address.
 *
 * <p>Written here file by file, not by a plugin, so that every peer starts from the same folder and
 * ours from one that it did not write.
 */
final class Leases {
    private final Path dataDir;
    private final Path folder;

    private Leases(Path dataDir, Path folder) {
        this.dataDir = dataDir;
        this.folder = folder;
    }

    static Leases make(Path dataDir, String network) {
        try {
            return new Leases(dataDir, Files.createDirectories(dataDir.resolve(network)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path dataDir() {
        return dataDir;
    }

    /**
     * Reserves each address for a container of its own and lets the search go on after the last.
     */
    void fill(List<String> addresses) {
        for (String address : addresses) {
            reserve(address);
        }
        if (!addresses.isEmpty()) {
            write("last_reserved_ip.0", addresses.getLast());
        }
    }

    void reserve(String address) {
        write(address, "taken-" + address.replace(':', '-') + "\r\neth0");
    }

    /** Takes a reservation away behind the plugin's back. */
    void release(String address) {
        try {
            Files.delete(folder.resolve(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the address, given with or without prefix length, is reserved. */
    boolean has(String address) {
        return Files.exists(folder.resolve(address.split("/")[0]));
    }

    void drop() {
        try (Stream<Path> paths = Files.walk(dataDir)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
