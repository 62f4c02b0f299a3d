// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;

import java.util.List;

/** What a plugin printed for ADD. */
record Result(JsonObject json) {
    /** The object of a JSON text. */
    static Result parse(String text) {
        return new Result((JsonObject) Json.parse(text));
    }

    /** The addresses of the attachment, without prefix lengths, in the plugin's order. */
    List<String> addresses() {
        return Fields.of(json).list("ips").stream()
                .map(ip -> ip.object().string("address", ""))
                .map(address -> address.substring(0, address.indexOf('/')))
                .toList();
    }

    /** The gateways of these addresses. */
    List<String> gateways() {
        return Fields.of(json).list("ips").stream()
                .map(ip -> ip.object().string("gateway", ""))
                .toList();
    }

    /** The hardware address of a link of the result. */
    String mac(String link) {
        return Fields.of(json).list("interfaces").stream()
                .map(found -> found.object())
                .filter(found -> found.string("name", "").equals(link))
                .findFirst()
                .orElseThrow()
                .string("mac", "");
    }

    /** The same as {@link #addresses}, as an array. */
    String[] addressArray() {
        return addresses().toArray(String[]::new);
    }

    @Override
    public String toString() {
        return json.compact();
    }
}
