// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import java.util.Map;
import java.util.Optional;

/**
 * Plugins by the names of files. Distributions install plugins under a prefix of their own beside
 * others: {@code cnv-bridge} is {@code bridge}.
 */
public final class FileNames {
    private FileNames() {}

    /** The plugin of exactly this name, else the one whose name follows the first dash possible. */
    public static Optional<Plugin> find(Map<String, Plugin> plugins, String fileName) {
        String rest = fileName;
        while (!plugins.containsKey(rest)) {
            int dash = rest.indexOf('-');
            if (dash < 0) {
                return Optional.empty();
            }
            rest = rest.substring(dash + 1);
        }
        return Optional.of(plugins.get(rest));
    }
}
