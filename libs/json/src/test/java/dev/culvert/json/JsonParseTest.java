// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonParseTest {
    @Test
    void everyKindOfValue_isReadInOrder() {
        String text =
                "{\"z\":[1,-0.5e+10,true,null],\"a\":{\"é\":\"\\u00e9\\n\"},\"e\":[],\"o\":{}}";

        assertThat(Json.parse(text).compact())
                .isEqualTo(
                        "{\"z\":[1,-0.5e+10,true,null],\"a\":{\"é\":\"é\\n\"},\"e\":[],\"o\":{}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1.50",
                "1e2",
                "1E-2",
                "9223372036854775807",
                "-9223372036854775808",
                "123456789012345678901234567890",
                "9007199254740993",
                "1e999"
            })
    void number_keepsItsText(String text) {
        assertThat(Json.parse(text)).isEqualTo(new JsonNumber(text));
        assertThat(Json.parse(" [" + text + "] ").compact()).isEqualTo("[" + text + "]");
    }

    @Test
    void repeatedName_keepsTheLastValue() {
        assertThat(Json.parse("{\"a\":1,\"b\":2,\"a\":3}").compact())
                .isEqualTo("{\"b\":2,\"a\":3}");
    }

    @Test
    void loneSurrogate_passesThroughAsEscape() {
        assertThat(Json.parse("\"\\ud800x\\uD83D\\uDE00\"").compact())
                .isEqualTo("\"\\ud800x\uD83D\uDE00\"");
    }

    @Test
    void moreValuesThanMemoryHasRoomFor_areRefused() {
        String full = "[" + "1,".repeat(Json.MAX_VALUES - 2) + "1]";

        assertThat(((JsonArray) Json.parse(full)).items()).hasSize(Json.MAX_VALUES - 1);
        assertThatThrownBy(() -> Json.parse("[" + full + "]"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("there are more than 1048576 values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"abc", "{\"a", "{\"a\":\"b", "[\"a\\\"", "\"\\u00"})
    void textThatEndsInAString_saysSo(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessageMatching(".*: the text ends inside a (string|value)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1", "{\"a\"", "{\"a\":", "\"abc", "tru"})
    void textThatEndsTooEarly_isRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} {}",
                "{}x",
                "1 2",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "[01]",
                "[+1]",
                "[.5]",
                "[1.]",
                "[0x10]",
                "[NaN]",
                "// c\n1",
                "[1;2]",
                "{\"a\"=1}",
                "\"a\nb\"",
                "\"\\x\"",
                "TRUE",
                "[,1]",
                "{\"a\" 1}",
                "[1 2]",
                "}",
                "]",
                ",",
                ":",
                "\"\\u12g4\""
            })
    void textThatIsNotStrictJson_isRefused(String text) {
        JsonException error = catchThrowableOfType(JsonException.class, () -> Json.parse(text));

        assertThat(error).isNotNull();
        assertThat(error.line()).isPositive();
        assertThat(error.column()).isPositive();
        assertThat(error.getMessage()).doesNotContain("http").doesNotContainIgnoringCase("gson");
    }

    @Test
    void syntaxError_hasLineColumnPathAndText() {
        JsonException error = catchThrowableOfType(
                JsonException.class,
                () -> Json.parse(
                        "{\n  \"ipam\": {\n    \"ranges\": [[{}, {\"subnet\": oops}]]\n  }\n}"));

        assertThat(error.path()).isEqualTo("ipam.ranges[0][1].subnet");
        assertThat(error.line()).isEqualTo(3);
        assertThat(error.column()).isBetween(30, 32);
        assertThat(error).hasMessageStartingWith("line 3 column ").hasMessageContaining("oops");
    }

    @Test
    void emptyText_saysSo() {
        assertThatThrownBy(() -> Json.parse(""))
                .hasMessage("line 1 column 1: no JSON, the text is empty");
    }

    @Test
    void truncatedText_saysSo() {
        assertThatThrownBy(() -> Json.parse("{\"name\": \"web\", \"ipam\": {\"type\":"))
                .hasMessageContaining("(at ipam.type)")
                .hasMessageContaining("the text ends inside a value");
    }

    @Test
    void nesting_isAllowedToTheLimitOnly() {
        String deep = "[".repeat(64) + "]".repeat(64);

        assertThat(Json.parse(deep).compact()).isEqualTo(deep);
        assertThatThrownBy(() -> Json.parse("[" + deep + "]"))
                .hasMessageContaining("more than 64 deep");
        assertThatThrownBy(() -> Json.parse("{\"a\":".repeat(100_000)))
                .hasMessageContaining("more than 64 deep");
    }
}
