// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names with values, in the order of the text.
 *
 * <p>{@link #find} looks a name up by the rule of the programs that CNI configurations are written
 * for: case does not matter, of several spellings the last one in the object wins, and {@code null}
 * counts as absent.
 */
public final class JsonObject implements Json {
    /** The object without members. */
    public static final JsonObject EMPTY = new JsonObject(Map.of(), false);

    private final Map<String, Json> members;
    private final boolean repeats;

    /** Takes the map over. */
    JsonObject(Map<String, Json> members, boolean repeats) {
        this.members = members;
        this.repeats = repeats;
    }

    /** A name put again moves to the end with its new value. */
    static void put(Map<String, Json> members, String name, Json value) {
        members.remove(name);
        members.put(name, value);
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this object's members. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.members.putAll(members);
        return builder;
    }

    /** The members in order; the map can't be changed. */
    public Map<String, Json> members() {
        return Collections.unmodifiableMap(members);
    }

    /** Whether there is no member at all. */
    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** The value of a name, whatever its case; empty if it is absent or {@code null}. */
    public Optional<Json> find(String name) {
        Json found = null;
        for (Map.Entry<String, Json> member : members.entrySet()) {
            if (member.getValue() != JsonNull.NULL && sameName(member.getKey(), name)) {
                found = member.getValue();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether the name is there in any case, be its value {@code null} or not. */
    public boolean mentions(String name) {
        for (String member : members.keySet()) {
            if (sameName(member, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the text had a name twice, letter by letter; the last value counts. */
    public boolean repeats() {
        return repeats;
    }

    @Override
    public String describe() {
        return "an object";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject object && members.equals(object.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return compact();
    }

    /** Only ASCII letters are folded: every known name is ASCII. */
    private static boolean sameName(String a, String b) {
        if (a.length() != b.length()) {
            return false;
        }
        for (int i = 0; i < a.length(); i++) {
            if (a.charAt(i) != b.charAt(i) && fold(a.charAt(i)) != fold(b.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int fold(char c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }

    /** Collects members; a name put again moves to the end with its new value. */
    public static final class Builder {
        private final Map<String, Json> members = new LinkedHashMap<>();

        private Builder() {}

        /** Adds or replaces a member. */
        public Builder put(String name, Json value) {
            JsonObject.put(members, name, value);
            return this;
        }

        /** Adds or replaces a string. */
        public Builder put(String name, String value) {
            return put(name, new JsonString(value));
        }

        /** Adds or replaces a whole number. */
        public Builder put(String name, long value) {
            return put(name, JsonNumber.of(value));
        }

        /** Adds or replaces a boolean. */
        public Builder put(String name, boolean value) {
            return put(name, new JsonBool(value));
        }

        /** Takes a member away in every spelling; absent before is fine. */
        public Builder remove(String name) {
            members.keySet().removeIf(member -> sameName(member, name));
            return this;
        }

        /** The object; the builder can go on. */
        public JsonObject build() {
            return new JsonObject(new LinkedHashMap<>(members), false);
        }
    }
}
