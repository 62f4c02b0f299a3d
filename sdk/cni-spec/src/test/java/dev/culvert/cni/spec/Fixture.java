// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

final class Fixture {
    private Fixture() {}

    static String text(String name) {
        try (var in = Fixture.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String result(CniVersion version) {
        return text("result-" + version.text() + ".json");
    }

    static Fields fields(String text) {
        return Fields.of((JsonObject) Json.parse(text));
    }
}
