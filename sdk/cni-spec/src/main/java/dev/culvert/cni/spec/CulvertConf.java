// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Fields;

import java.util.List;

/**
 * The configuration object {@code culvert}, where our own extensions sit.
 *
 * @param delete the word for when DEL returns; empty if it says nothing
 * @param log the file that every call appends a line to; empty for none
 */
public record CulvertConf(String delete, String log) {
    private static final List<String> KEYS = List.of("delete", "log");

    /**
     * Reads the object; an empty one is fine.
     *
     * @throws CniException INVALID_NETWORK_CONFIG for keys that we do not know: they are ours, so
     *     whoever wrote them expects an effect
     */
    public static CulvertConf decode(Fields fields) {
        for (String name : fields.object().members().keySet()) {
            if (!KEYS.contains(name)) {
                throw new CniException(
                        CniErrorCode.INVALID_NETWORK_CONFIG,
                        fields.path(name) + ": unknown key",
                        "known are " + String.join(", ", KEYS));
            }
        }
        return new CulvertConf(fields.string("delete", ""), fields.string("log", ""));
    }
}
