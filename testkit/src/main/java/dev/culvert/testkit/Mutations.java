// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Input that is nearly right: configurations with some values changed by chance, the same for the
 * same seed. Not for use by several threads.
 */
public final class Mutations {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-0",
            "-1",
            "1.5",
            "1e999",
            "4294967295",
            "99999999999999999999",
            "\"\"",
            "\"a\"",
            "\"..\"",
            "\"10.1.0.0/24\"",
            "\"10.1.0.0/0\"",
            "\"0.0.0.0/0\"",
            "\"255.255.255.255/32\"",
            "\"10.1.0.0/33\"",
            "\"::/0\"",
            "\"::/128\"",
            "\"ffff:ffff::/127\"",
            "\"::ffff:10.1.0.1/96\"",
            "\"10.1.0.1-10.1.0.0\"",
            "\"fe80::1%eth0\"",
            "\"static\"",
            "\"host-local\"",
            "\"bridge\"",
            "\"0.2.0\"",
            "\"0.4.0\"",
            "\"1.0.0\"",
            "\"9.9.9\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\u00e9\u4e2d\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[{}]",
            "\"02:00:00:00:00:01\"",
            "\"proxyArp\"",
            "\"auto\"",
            "\"earlier-boot\"",
            "{\"subnet\":\"10.1.0.0/31\"}");

    private final Random random;

    public Mutations(long seed) {
        random = new Random(seed);
    }

    /** One of the items. */
    public <T> T pick(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    /** True once in so many times. */
    public boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    /** A JSON text that has nothing to do with anything. */
    public String value() {
        return pick(VALUES);
    }

    /**
     * The value with up to three of its parts changed, and now and then with bytes that make it no
     * JSON at all.
     */
    public byte[] bytes(Json valid) {
        Json json = valid;
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            json = changed(json);
        }
        byte[] bytes = json.compact().getBytes(StandardCharsets.UTF_8);
        for (int changes = once(8) ? 1 + random.nextInt(3) : 0; changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return once(50) ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    /** One part, at a place by chance, becomes another, goes, or comes twice. */
    private Json changed(Json json) {
        return switch (json) {
            case JsonObject object
            when !object.isEmpty() && !once(12) -> {
                String name = pick(new ArrayList<>(object.members().keySet()));
                JsonObject.Builder builder = object.toBuilder();
                yield once(12)
                        ? builder.remove(name).build()
                        : builder.put(name, changed(object.members().get(name))).build();
            }
            case JsonArray array
            when !array.items().isEmpty() && !once(6) -> {
                List<Json> items = new ArrayList<>(array.items());
                int place = random.nextInt(items.size());
                items.set(place, changed(items.get(place)));
                if (once(4)) {
                    items.add(items.get(place));
                }
                yield new JsonArray(items);
            }
            case JsonString text when once(3) -> new JsonString(text.value() + "0");
            default -> Json.parse(value());
        };
    }
}
