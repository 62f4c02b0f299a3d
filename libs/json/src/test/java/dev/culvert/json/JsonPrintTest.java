// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class JsonPrintTest {
    @Test
    void pretty_indentsByFourAndHasNoNewlineAtTheEnd() {
        Json value = Json.parse("{\"a\":[1,{\"b\":\"c\"}],\"e\":{},\"f\":[]}");

        assertThat(value.pretty()).isEqualTo("""
                {
                    "a": [
                        1,
                        {
                            "b": "c"
                        }
                    ],
                    "e": {},
                    "f": []
                }""");
    }

    @Test
    void pretty_readsBackAsTheSameValue() {
        Json value =
                Json.parse("{\"a\":[1,[],{\"b\":\"c\\u0001\\\"\\\\\"}],\"n\":null,\"t\":true}");

        assertThat(Json.parse(value.pretty())).isEqualTo(value);
    }

    @Test
    void controlCharacters_areEscaped() {
        assertThat(new JsonString("\u0000\u001f\u007f\t\r\n\"\\/").compact())
                .isEqualTo("\"\\u0000\\u001f\\u007f\\t\\r\\n\\\"\\\\/\"");
    }

    @Test
    void builder_keepsOrderAndReplaces() {
        JsonObject object = JsonObject.builder()
                .put("b", 1)
                .put("a", "x")
                .put("t", true)
                .put("l", JsonArray.ofStrings(List.of("p", "q")))
                .put("b", 2)
                .remove("T")
                .build();

        assertThat(object.compact()).isEqualTo("{\"a\":\"x\",\"l\":[\"p\",\"q\"],\"b\":2}");
        assertThat(object.toBuilder().put("z", JsonNull.NULL).build().compact())
                .endsWith("\"b\":2,\"z\":null}");
    }
}
