// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;

import java.util.ArrayList;
import java.util.List;

/** What a host, a container and a folder had at a moment, a line for each thing. */
record Snapshot(List<String> lines) {
    /** What follows a port's coming and going by itself, up to a second later. */
    private static final String LINK_STATE =
            "\"(NO-CARRIER|LOWER_UP|linkdown)\",|,?\"(NO-CARRIER|LOWER_UP|linkdown)\"|\"operstate\":\"[A-Z]*\",";

    private static final String EMPTY_BRIDGE = "host .*\"ifname\":\"br0\".*\"addr_info\":\\[]}";

    Snapshot() {
        this(new ArrayList<>());
    }

    void add(String where, String line) {
        lines.add(where + " " + line.strip());
    }

    /**
     * Each item of each list that a tool has printed, and each member of what it has printed as an
     * object.
     */
    void addJson(String where, String output) {
        for (String line : output.lines().filter(text -> !text.isBlank()).toList()) {
            Json json = Json.parse(line);
            JsonArray items = (JsonArray)
                    (json instanceof JsonObject object
                            ? object.members().values().iterator().next()
                            : json);
            items.items().forEach(item -> add(where, item.compact().replaceAll(LINK_STATE, "")));
        }
    }

    /**
     * The lines that have gone, with a minus sign, and those that have come. A bridge that was made
     * and is empty is no change: another ADD may be about to use it.
     */
    List<String> since(Snapshot before) {
        List<String> changes = new ArrayList<>();
        before.lines.stream()
                .filter(line -> !lines.contains(line))
                .forEach(line -> changes.add("- " + line));
        lines.stream()
                .filter(line -> !before.lines.contains(line) && !line.matches(EMPTY_BRIDGE))
                .forEach(line -> changes.add("+ " + line));
        return changes;
    }
}
