// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;

/** What a plugin printed, as far as the measurements look at it. */
final class CniResult {
    private CniResult() {
    }

    /** The addresses of a success result, with their prefix lengths; empty if it is none. */
    static List<String> addresses(String text) {
        List<String> addresses = new ArrayList<>();
        JsonObject result = object(text);
        if (result.get("ips") instanceof com.google.gson.JsonArray ips) {
            for (JsonElement ip : ips) {
                if (ip instanceof JsonObject object && object.has("address")) {
                    addresses.add(object.get("address").getAsString());
                }
            }
        }
        return addresses;
    }

    /** The message of an error result with its details; empty if it is none. */
    static String errorMessage(String text) {
        JsonObject result = object(text);
        if (!result.has("code") || !result.has("msg")) {
            return "";
        }
        String details = result.has("details") ? ": " + result.get("details").getAsString() : "";
        return result.get("msg").getAsString() + details;
    }

    /** An object without keys if the text is not an object. */
    private static JsonObject object(String text) {
        try {
            return JsonParser.parseString(text) instanceof JsonObject object ? object : new JsonObject();
        } catch (JsonParseException e) {
            return new JsonObject();
        }
    }
}
