// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.base.Utf8;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;
import dev.culvert.net.Mac;
import dev.culvert.os.Files;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an interface was like before it was tuned, in a file of the reference's layout: either
 * implementation restores what the other has changed.
 */
record Backup(String folder, String containerId, String ifname) {
    private static final int BYTES_MAX = 4096;
    private static final int FOLDER_MODE = 0700;
    private static final int FILE_MODE = 0600;

    String path() {
        return folder + "/" + containerId + "_" + ifname + ".json";
    }

    /**
     * Adds attributes; those that an ADD before has kept stay as they are, since the link has
     * changed by now.
     *
     * @return whether there was a file already
     */
    boolean keep(Files files, Attributes before) {
        files.ensureFolder(folder, FOLDER_MODE);
        Optional<Attributes> kept = find(files);
        Attributes all = kept.orElse(Attributes.NONE).or(before);
        files.replace(path(), Utf8.encode(encode(all).compact()), FILE_MODE);
        return kept.isPresent();
    }

    /** What was kept; empty without a file, or with one that nobody can read. */
    Optional<Attributes> find(Files files) {
        Optional<byte[]> data = files.find(path(), BYTES_MAX);
        try {
            return data.map(bytes -> decode(
                    Fields.of((JsonObject) Json.parse(Utf8.decode(bytes, 0, bytes.length)))));
        } catch (JsonException | IllegalArgumentException | ClassCastException damaged) {
            return Optional.empty();
        }
    }

    private static JsonObject encode(Attributes attributes) {
        JsonObject.Builder json = JsonObject.builder();
        attributes.mac().ifPresent(mac -> json.put("mac", mac.toString()));
        attributes.promisc().ifPresent(on -> json.put("promisc", on));
        if (attributes.mtuBytes() != 0) {
            json.put("mtu", attributes.mtuBytes());
        }
        attributes.allmulti().ifPresent(on -> json.put("allmulti", on));
        attributes.txQueueLength().ifPresent(length -> json.put("txQLen", length));
        return json.build();
    }

    private static Attributes decode(Fields fields) {
        String mac = fields.string("mac", "");
        long queue = fields.integer("txQLen", -1, Fields.Range.INT);
        return new Attributes(
                mac.isEmpty() ? Optional.empty() : Optional.of(Mac.parse(mac)),
                fields.find("promisc").map(field -> field.bool()),
                (int) fields.integer("mtu", 0, Fields.Range.INT),
                fields.find("allmulti").map(field -> field.bool()),
                queue < 0 ? OptionalInt.empty() : OptionalInt.of((int) queue));
    }
}
