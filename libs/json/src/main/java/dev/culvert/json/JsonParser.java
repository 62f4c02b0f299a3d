// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;

import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Text to values over Gson's streaming reader, in its strict mode; the messages are ours. */
final class JsonParser {
    private static final int SHOWN = 16;

    private final String text;
    private final JsonReader reader;
    private int values;

    JsonParser(String text) {
        this.text = text;
        this.reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        // Ours is smaller and says so in our words.
        reader.setNestingLimit(2 * Json.MAX_DEPTH);
    }

    Json parse() {
        try {
            Json value = value(0);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw syntax("text goes on after the value");
            }
            return value;
        } catch (EOFException e) {
            // Not isBlank, which knows no blank but the space in TeaVM 0.16.
            throw syntax(
                    text.trim().isEmpty()
                            ? "no JSON, the text is empty"
                            : "the text ends inside a value");
        } catch (IOException e) {
            throw syntax(
                    endsInString()
                            ? "the text ends inside a string"
                            : "not JSON near " + new JsonString(near()).compact());
        }
    }

    /** Whether the last quote opens a string: the reader calls that malformed, not ended. */
    private boolean endsInString() {
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                inside = !inside;
            } else if (inside && c == '\\') {
                i++;
            }
        }
        return inside;
    }

    private Json value(int depth) throws IOException {
        if (++values > Json.MAX_VALUES) {
            throw syntax("there are more than " + Json.MAX_VALUES + " values");
        }
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(depth + 1);
            case BEGIN_ARRAY -> array(depth + 1);
            case STRING -> new JsonString(reader.nextString());
            case NUMBER -> new JsonNumber(reader.nextString());
            case BOOLEAN -> new JsonBool(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.NULL;
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT -> throw syntax("a value is missing");
        };
    }

    private Json object(int depth) throws IOException {
        checkDepth(depth);
        LinkedHashMap<String, Json> members = new LinkedHashMap<>();
        boolean repeats = false;
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            repeats |= members.containsKey(name);
            JsonObject.put(members, name, value(depth));
        }
        reader.endObject();
        return new JsonObject(members, repeats);
    }

    private Json array(int depth) throws IOException {
        checkDepth(depth);
        List<Json> items = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            items.add(value(depth));
        }
        reader.endArray();
        return new JsonArray(items);
    }

    private void checkDepth(int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw syntax("objects and lists are nested more than " + Json.MAX_DEPTH + " deep");
        }
    }

    private JsonException syntax(String what) {
        return JsonException.syntax(path(), position("line "), position("column "), what);
    }

    private String path() {
        String path = reader.getPath();
        int start = path.startsWith("$.") ? 2 : 1;
        // An object of which no name was read yet ends in a dot.
        int end = path.endsWith(".") ? path.length() - 1 : path.length();
        return start < end ? path.substring(start, end) : "";
    }

    /**
     * The reader tells its position only in its description: "JsonReader at line 1 column 5 path
     * $.a".
     */
    private int position(String word) {
        String description = reader.toString();
        int at = description.indexOf(" at line ");
        at = at < 0 ? -1 : description.indexOf(word, at);
        if (at < 0) {
            return 1;
        }
        int number = 0;
        for (int i = at + word.length(); i < description.length(); i++) {
            char c = description.charAt(i);
            if (c < '0' || c > '9') {
                break;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    /** The text around the position; the reader may stand on the wrong character or behind it. */
    private String near() {
        int start = 0;
        for (int line = position("line "); line > 1; line--) {
            start = text.indexOf('\n', start) + 1;
        }
        start = Math.min(Math.max(start, start + position("column ") - 2), text.length());
        return text.substring(start, Math.min(start + SHOWN, text.length()));
    }
}
