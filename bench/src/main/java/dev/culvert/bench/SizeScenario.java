// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a folder of plugins takes on disk: hard links of one file are counted once. */
final class SizeScenario implements Scenario {
    private static final Target TARGET = Target.valueAtMost(3);
    private static final String SIZE = "all plugins";
    private static final String FILES = "distinct files";

    @Override
    public String name() {
        return "file-size";
    }

    @Override
    public String title() {
        return "the folder of plugins on disk";
    }

    @Override
    public List<Row> run(Rig rig) {
        Sheet sheet = new Sheet(rig.variants());
        for (Variant variant : rig.variants()) {
            Map<Object, Long> sizes = sizes(variant.peer().directory());
            sheet.note(
                    variant,
                    SIZE,
                    sizes.values().stream().mapToLong(Long::longValue).sum() / 1e6);
            sheet.note(variant, FILES, sizes.size());
        }
        return List.of(
                sheet.row(SIZE, Unit.MEGABYTES, Optional.of(TARGET)),
                sheet.row(FILES, Unit.FILES, Optional.empty()));
    }

    /**
     * Bytes of each executable by device and inode. cnitool often lies beside the plugins but is
     * none.
     */
    static Map<Object, Long> sizes(Path directory) {
        Map<Object, Long> sizes = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .toList()) {
                if (!file.endsWith("cnitool")) {
                    sizes.put(Files.getAttribute(file, "unix:ino"), Files.size(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sizes;
    }
}
