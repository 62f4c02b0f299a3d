// SPDX-License-Identifier: Apache-2.0
package dev.culvert.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import java.util.List;
import java.util.Optional;

/**
 * The configuration object {@code culvert}, where our own extensions sit.
 *
 * @param delete when DEL returns, if it says so
 * @param log the file that every call appends a line to; empty for none
 */
public record CulvertConf(Optional<DeleteMode> delete, String log) {
    private static final List<String> KEYS = List.of("delete", "log");

    /**
     * Reads the object; an empty one is fine.
     *
     * @throws CniException INVALID_NETWORK_CONFIG for keys and words that we do not know: they are ours, so
     *     whoever wrote them expects an effect
     */
    public static CulvertConf decode(Fields fields) {
        for (String name : fields.object().members().keySet()) {
            if (!KEYS.contains(name)) {
                throw new CniException(CniErrorCode.INVALID_NETWORK_CONFIG,
                        fields.path(name) + ": unknown key", "known are " + String.join(", ", KEYS));
            }
        }
        Optional<Field> delete = fields.find("delete");
        return new CulvertConf(
                delete.map(field -> DeleteMode.parse(field.string(), field.path())),
                fields.string("log", ""));
    }
}
