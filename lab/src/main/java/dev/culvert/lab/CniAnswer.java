// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import java.util.List;

/**
 * What a plugin printed, a result or an error, as far as the demo shows it.
 *
 * @cni 1.1.0 SPEC §5
 */
record CniAnswer(JsonObject json) {
    /** Reads what was printed; anything but one object counts as an empty one. */
    static CniAnswer parse(String printed) {
        try {
            return new CniAnswer(
                    Json.parse(printed) instanceof JsonObject object ? object : JsonObject.EMPTY);
        } catch (JsonException e) {
            return new CniAnswer(JsonObject.EMPTY);
        }
    }

    /** The container's addresses. */
    List<IfAddr> addresses() {
        return ips().stream().map(ip -> IfAddr.parse(ip.string("address", ""))).toList();
    }

    /** The addresses of its gateways, with the prefix lengths of what they are gateways for. */
    List<IfAddr> gateways() {
        return ips().stream()
                .filter(ip -> ip.has("gateway"))
                .map(ip -> new IfAddr(
                        IpAddr.parse(ip.string("gateway", "")),
                        IfAddr.parse(ip.string("address", "")).prefixLength()))
                .toList();
    }

    private List<Fields> ips() {
        return Fields.of(json).list("ips").stream().map(Field::object).toList();
    }

    /** The links on the host, in the plugin's order. */
    List<String> hostLinks() {
        return Fields.of(json).list("interfaces").stream()
                .map(Field::object)
                .filter(link -> link.string("sandbox", "").isEmpty())
                .map(link -> link.string("name", ""))
                .toList();
    }

    /** An error in a sentence; empty for a result. */
    String error() {
        Fields fields = Fields.of(json);
        if (!fields.has("code")) {
            return "";
        }
        String details = fields.string("details", "");
        return "error "
                + fields.integer("code", 0, Fields.Range.U32)
                + ": "
                + fields.string("msg", "")
                + (details.isEmpty() ? "" : " (" + details + ")");
    }
}
