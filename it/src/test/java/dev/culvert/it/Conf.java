// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;

/** A plugin's configuration, from which others are made by setting members. */
record Conf(JsonObject json) {
    private static final String DUAL = """
            "ipam": {"type": "host-local",
              "ranges": [[{"subnet": "10.1.0.0/24"}], [{"subnet": "fd01::/64"}]],
              "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}""";

    /** The object of a JSON text. */
    static Conf parse(String text) {
        return new Conf((JsonObject) Json.parse(text));
    }

    /** A dual-stack bridge with gateway, masquerade and host-local, version 1.0.0. */
    static Conf bridge() {
        return parse("""
                {"cniVersion": "1.0.0", "name": "net", "type": "bridge", "bridge": "br0", "isGateway": true,
                 "ipMasq": true,""" + DUAL);
    }

    /** A dual-stack point-to-point link with masquerade and host-local, version 1.0.0. */
    static Conf ptp() {
        return parse("""
                {"cniVersion": "1.0.0", "name": "net", "type": "ptp", "ipMasq": true,""" + DUAL);
    }

    /** The ranges of {@link #bridge} for host-local called by itself. */
    static Conf hostLocal() {
        return parse("""
                {"cniVersion": "1.0.0", "name": "net", "type": "none",""" + DUAL);
    }

    /** The same with a member set, written as JSON. */
    Conf with(String member, String value) {
        return new Conf(json.toBuilder().put(member, Json.parse(value)).build());
    }

    /** The same with the result of ADD, as CHECK and DEL get it. */
    Conf withPrev(Result result) {
        return with("prevResult", result.toString());
    }

    /** The same for another version of the specification. */
    Conf version(String version) {
        return with("cniVersion", "\"" + version + "\"");
    }

    /** The plugin's name. */
    String type() {
        return Fields.of(json).string("type", "");
    }

    @Override
    public String toString() {
        return json.compact();
    }
}
