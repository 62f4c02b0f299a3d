// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import java.util.List;
import java.util.Optional;

/**
 * The members of an object, read by type. Absent and {@code null} are the same and give the
 * default; a value of another type throws a {@link JsonException} that names path, wanted and
 * found. Unknown members are left alone.
 */
public record Fields(String path, JsonObject object) {
    /** The members of a whole document. */
    public static Fields of(JsonObject object) {
        return new Fields("", object);
    }

    /** The path of a member, whether it is there or not. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The member, if it is there and not {@code null}. */
    public Optional<Field> find(String name) {
        Optional<Json> value = object.find(name);
        return value.isPresent()
                ? Optional.of(new Field(path(name), value.get()))
                : Optional.empty();
    }

    /** Whether the member is there and not {@code null}. */
    public boolean has(String name) {
        return object.find(name).isPresent();
    }

    /** A string, or the default. */
    public String string(String name, String absent) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().string() : absent;
    }

    /** A boolean, or the default. */
    public boolean bool(String name, boolean absent) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().bool() : absent;
    }

    /** A whole number within the range, or the default, which may lie outside. */
    public long integer(String name, long absent, Range range) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().integer(range.min(), range.max()) : absent;
    }

    /** The members of an object; none if it is absent. */
    public Fields object(String name) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().object() : new Fields(path(name), JsonObject.EMPTY);
    }

    /** The items of a list; none if it is absent. */
    public List<Field> list(String name) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().list() : List.of();
    }

    /** The items of a list of strings; none if it is absent. */
    public List<String> strings(String name) {
        Optional<Field> field = find(name);
        return field.isPresent() ? field.get().strings() : List.of();
    }

    /** The range of a whole number, both ends included. */
    public record Range(long min, long max) {
        /** What an unsigned 32-bit field of the kernel takes. */
        public static final Range U32 = new Range(0, 0xffff_ffffL);

        /** What a signed 32-bit field takes, from zero. */
        public static final Range INT = new Range(0, Integer.MAX_VALUE);
    }
}
