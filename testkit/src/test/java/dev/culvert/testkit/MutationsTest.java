// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Json;
import dev.culvert.json.JsonException;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

final class MutationsTest {
    private static final Json VALID = Json.parse("{\"a\":[1,\"b\",{\"c\":true}],\"d\":\"e\"}");

    private static List<String> texts(long seed) {
        Mutations mutations = new Mutations(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            texts.add(new String(mutations.bytes(VALID), StandardCharsets.ISO_8859_1));
        }
        return texts;
    }

    @Test
    void sameSeed_givesTheSameInput() {
        assertThat(texts(1)).isEqualTo(texts(1)).isNotEqualTo(texts(2));
    }

    @Test
    void input_isUnchangedAndChangedAndBroken() {
        List<String> texts = texts(3);

        assertThat(texts).contains(VALID.compact());
        assertThat(new LinkedHashSet<>(texts)).hasSizeGreaterThan(300);
        assertThat(texts.stream().filter(MutationsTest::isJson).count()).isBetween(800L, 980L);
    }

    private static boolean isJson(String text) {
        try {
            Json.parse(text);
            return true;
        } catch (JsonException _) {
            return false;
        }
    }
}
