// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network configuration list.
 *
 * @param file the name of its file
 * @param text its text, unchanged
 * @param plugins its plugins' objects, unchanged, in the order of ADD
 * @cni 1.1.0 SPEC §1
 */
record Conflist(
        String file, String text, String cniVersion, String name, List<JsonObject> plugins) {
    Conflist {
        plugins = List.copyOf(plugins);
    }

    /** One of those that the demo brings, {@code lab/net.d} in the sources. */
    static Conflist load(String file) {
        try (InputStream in = Conflist.class.getResourceAsStream("net.d/" + file)) {
            if (in == null) {
                throw new IllegalStateException("there is no configuration " + file);
            }
            return parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a list.
     *
     * @throws JsonException if it has no name, no plugin, or a plugin without a type that is a
     *     plain file name
     */
    static Conflist parse(String file, String text) {
        Fields list = new Field("", Json.parse(text)).object();
        String name = list.string("name", "");
        if (name.isEmpty()) {
            throw JsonException.at("name", "a network needs a name");
        }
        List<JsonObject> plugins = new ArrayList<>();
        for (Field plugin : list.list("plugins")) {
            String type = plugin.object().string("type", "");
            if (type.isEmpty() || type.contains("/")) {
                throw JsonException.at(plugin.path() + ".type", "the name of a program is wanted");
            }
            plugins.add(plugin.object().object());
        }
        if (plugins.isEmpty()) {
            throw JsonException.at("plugins", "a network needs a plugin");
        }
        return new Conflist(file, text, list.string("cniVersion", "0.1.0"), name, plugins);
    }

    /** The program of a plugin of this list. */
    static String type(JsonObject plugin) {
        return Fields.of(plugin).string("type", "");
    }

    /**
     * What a plugin of this list gets on standard input: its own object, with version and name of
     * the list, and the result so far. {@code capabilities} says what the plugin would take from
     * the runtime, and is not for the plugin.
     *
     * @cni 1.1.0 SPEC §3, "Deriving execution configuration from plugin configuration"
     */
    JsonObject stdin(JsonObject plugin, Optional<JsonObject> prevResult) {
        JsonObject.Builder builder =
                JsonObject.builder().put("cniVersion", cniVersion).put("name", name);
        plugin.members().forEach(builder::put);
        builder.remove("capabilities").put("cniVersion", cniVersion).put("name", name);
        prevResult.ifPresent(result -> builder.put("prevResult", result));
        return builder.build();
    }
}
