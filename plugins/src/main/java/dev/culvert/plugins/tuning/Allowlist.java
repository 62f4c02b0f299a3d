// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.base.Utf8;
import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.os.Files;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings that the administrator allows, a pattern on each line; everything where there is no
 * such list. Keys are compared as they are written, anywhere in them, as the reference does.
 */
record Allowlist(Optional<List<String>> lines) {
    static final String FILE = "/etc/cni/tuning/allowlist.conf";
    private static final int BYTES_MAX = 1 << 20;

    static Allowlist read(Files files) {
        return new Allowlist(files.find(FILE, BYTES_MAX)
                .map(bytes -> split(Utf8.decode(bytes, 0, bytes.length))));
    }

    private static List<String> split(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            String line = text.substring(from, end < 0 ? text.length() : end).trim();
            if (!line.isEmpty()) {
                lines.add(line);
            }
            from = end < 0 ? text.length() : end + 1;
        }
        return lines;
    }

    /**
     * Throws unless a key is allowed.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if it is not, or if a line is no pattern
     */
    void require(String key) {
        if (lines.isEmpty()) {
            return;
        }
        for (String line : lines.get()) {
            try {
                if (KeyPattern.parse(line).isFoundIn(key)) {
                    return;
                }
            } catch (IllegalArgumentException e) {
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        FILE + ": \"" + line + "\": " + e.getMessage());
            }
        }
        throw new CniException(
                CniErrorCode.INVALID_NETWORK_CONFIG,
                "Sysctl " + key + " is not allowed. Only the following sysctls are allowed: "
                        + lines.get(),
                "the list is " + FILE);
    }
}
