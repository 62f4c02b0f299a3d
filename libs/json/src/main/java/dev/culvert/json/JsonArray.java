// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.ArrayList;
import java.util.List;

/** A list of values. */
public record JsonArray(List<Json> items) implements Json {
    public JsonArray {
        items = List.copyOf(items);
    }

    /** The array of these values. */
    public static JsonArray of(Json... items) {
        return new JsonArray(List.of(items));
    }

    /** The array of these strings. */
    public static JsonArray ofStrings(List<String> items) {
        List<Json> strings = new ArrayList<>(items.size());
        for (String item : items) {
            strings.add(new JsonString(item));
        }
        return new JsonArray(strings);
    }

    @Override
    public String describe() {
        return "a list";
    }
}
