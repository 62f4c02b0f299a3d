// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Places in JSON in the words of the error messages: {@code ipam.ranges[0][0].subnet}. */
final class JsonPath {
    private static final Pattern STEP =
            Pattern.compile("\\[(\\d+)]|\\.?(cni\\.dev/[a-z-]+|[^.\\[]+)");

    private JsonPath() {}

    /**
     * A copy with the value at the path; what is missing above is made: objects, and lists of one.
     */
    static JsonObject put(JsonObject root, String path, Json value) {
        return (JsonObject) put(root, steps(path), value);
    }

    /** Names as they are, places in lists in brackets. */
    private static List<String> steps(String path) {
        List<String> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(path);
        while (matcher.find()) {
            steps.add(matcher.group(1) == null ? matcher.group(2) : "[" + matcher.group(1));
        }
        return steps;
    }

    private static Json put(Json parent, List<String> steps, Json value) {
        if (steps.isEmpty()) {
            return value;
        }
        String step = steps.getFirst();
        List<String> rest = steps.subList(1, steps.size());
        if (step.startsWith("[")) {
            int place = Integer.parseInt(step.substring(1));
            List<Json> items = new ArrayList<>(((JsonArray) parent).items());
            items.set(place, put(items.get(place), rest, value));
            return new JsonArray(items);
        }
        JsonObject object = (JsonObject) parent;
        boolean isList = !rest.isEmpty() && rest.getFirst().startsWith("[");
        Json child = object.find(step)
                .orElse(isList ? JsonArray.of(JsonObject.EMPTY) : JsonObject.EMPTY);
        return object.toBuilder().put(step, put(child, rest, value)).build();
    }
}
