// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

/** A text that is not JSON, or a value of a type or size that is not wanted at its place. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final int line;
    private final int column;

    private JsonException(String message, String path, int line, int column) {
        super(message);
        this.path = path;
        this.line = line;
        this.column = column;
    }

    /** A wrong value at a path; the message is "PATH: WHAT". */
    public static JsonException at(String path, String what) {
        return new JsonException(path.isEmpty() ? what : path + ": " + what, path, 0, 0);
    }

    /** A text that is not JSON; the message is "line L column C (at PATH): WHAT". */
    static JsonException syntax(String path, int line, int column, String what) {
        String place =
                "line " + line + " column " + column + (path.isEmpty() ? "" : " (at " + path + ")");
        return new JsonException(place + ": " + what, path, line, column);
    }

    /** Where in the value, like {@code ipam.ranges[0][1].subnet}; empty for the whole value. */
    public String path() {
        return path;
    }

    /** The line of a text that is not JSON, from 1; 0 for a wrong value. */
    public int line() {
        return line;
    }

    /** The column of a text that is not JSON, from 1 and in UTF-16 units; 0 for a wrong value. */
    public int column() {
        return column;
    }
}
