// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One call of a plugin as a runtime would make it; each method answers another one that differs in
 * one thing.
 */
record Call(String plugin, Map<String, String> environment, byte[] input) {
    Call {
        environment = new LinkedHashMap<>(environment);
        input = input.clone();
    }

    Call with(String variable, String value) {
        Call copy = new Call(plugin, environment, input);
        copy.environment.put(variable, value);
        return copy;
    }

    Call without(String variable) {
        Call copy = new Call(plugin, environment, input);
        copy.environment.remove(variable);
        return copy;
    }

    Call verb(String verb) {
        return with("CNI_COMMAND", verb);
    }

    Call input(byte[] bytes) {
        return new Call(plugin, environment, bytes);
    }

    Call input(String text) {
        return input(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The standard input's text. */
    String text() {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** The configuration; only if the standard input is an object. */
    JsonObject conf() {
        return (JsonObject) Json.parse(text());
    }

    /** With the value at a path, like {@code ipam.ranges[0][0].subnet}, written as JSON. */
    Call set(String path, String json) {
        return input(JsonPath.put(conf(), path, Json.parse(json)).compact());
    }

    /** With a change of the standard input's text. */
    Call edit(UnaryOperator<String> change) {
        return input(change.apply(text()));
    }

    /** What a person needs to make the call again. */
    @Override
    public String toString() {
        String shown = new String(
                Arrays.copyOf(input, Math.min(input.length, 1000)), StandardCharsets.UTF_8);
        String whole = plugin + " " + environment + " <<< " + shown;
        return whole.length() > 3000 ? whole.substring(0, 3000) + "..." : whole;
    }
}
