// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.ArrayList;
import java.util.List;

/** A value with its place, read as the type that is wanted there. */
public record Field(String path, Json json) {
    /** The text of a string. */
    public String string() {
        if (json instanceof JsonString string) {
            return string.value();
        }
        throw wanted("a string");
    }

    /** The value of a boolean. */
    public boolean bool() {
        if (json instanceof JsonBool bool) {
            return bool.value();
        }
        throw wanted("true or false");
    }

    /**
     * A whole number from min to max, both included; 1.0 and 1e3 are not written as whole numbers.
     */
    public long integer(long min, long max) {
        if (json instanceof JsonNumber number) {
            var value = number.wholeNumber();
            if (value.isPresent() && value.getAsLong() >= min && value.getAsLong() <= max) {
                return value.getAsLong();
            }
        }
        throw wanted("a whole number from " + min + " to " + max);
    }

    /** The members of an object. */
    public Fields object() {
        if (json instanceof JsonObject object) {
            return new Fields(path, object);
        }
        throw wanted("an object");
    }

    /** The items of a list, each with its place. */
    public List<Field> list() {
        if (json instanceof JsonArray array) {
            List<Field> fields = new ArrayList<>(array.items().size());
            for (Json item : array.items()) {
                fields.add(new Field(path + "[" + fields.size() + "]", item));
            }
            return fields;
        }
        throw wanted("a list");
    }

    /** The items of a list of strings. */
    public List<String> strings() {
        List<String> strings = new ArrayList<>();
        for (Field item : list()) {
            strings.add(item.string());
        }
        return List.copyOf(strings);
    }

    private JsonException wanted(String what) {
        return JsonException.at(path, what + " is wanted, found " + json.describe());
    }
}
