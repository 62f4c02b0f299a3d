// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;

import java.util.List;

/** What a plugin printed, as far as the measurements look at it. */
final class CniResult {
    private CniResult() {}

    /** The addresses of a success result, with their prefix lengths; empty if it is none. */
    static List<String> addresses(String text) {
        try {
            return object(text).list("ips").stream()
                    .map(ip -> ip.object().string("address", ""))
                    .toList();
        } catch (JsonException e) {
            return List.of();
        }
    }

    /** The message of an error result with its details; empty if it is none. */
    static String errorMessage(String text) {
        try {
            Fields result = object(text);
            String details = result.string("details", "");
            return result.string("msg", "") + (details.isEmpty() ? "" : ": " + details);
        } catch (JsonException e) {
            return "";
        }
    }

    private static Fields object(String text) {
        return new Field("", Json.parse(text)).object();
    }
}
