// SPDX-License-Identifier: Apache-2.0
package dev.culvert.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

final class Utf8Test {
    @Test
    void everyCharacter_isDecoded() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += 7) {
            String text = "a" + Character.toString(c) + "b";
            if (!Character.isSurrogate(text.charAt(1)) || text.length() == 4) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

                assertThat(Utf8.decode(bytes)).isEqualTo(text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "61ff62, a?b",
        "61c08062, a??b",
        "c1bf, ??",
        "e2, ?",
        "e282, ??",
        "e28261, ??a",
        "e080af, ???",
        "eda080, ???",
        "f0808080, ????",
        "f4908080, ????",
        "f5808080, ????",
        "80, ?",
        "c3bcff, \u00fc?",
        "ffc3bc, ?\u00fc"
    })
    void malformedBytes_becomeOneReplacementEach(String hex, String text) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Utf8.decode(bytes)).isEqualTo(text.replace('?', '\ufffd'));
    }

    @Test
    void text_isWhatNeedsNoReplacement() {
        for (String text : new String[] {"", "eth0", "\u00fc", "\ufffd", "\ud83d\ude00"}) {
            assertThat(Utf8.isText(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isTrue();
        }
        for (String bytes :
                new String[] {"\u00ff", "a\u0080", "\u00c3", "\u00c0\u00af", "\u00ed\u00a0\u0080"
                }) {
            assertThat(Utf8.isText(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .as(bytes)
                    .isFalse();
        }
    }

    @Test
    void bytesOutside_doNotCount() {
        byte[] bytes = {'a', (byte) 0xc3, (byte) 0xbc};

        assertThat(Utf8.decode(bytes, 0, 2)).isEqualTo("a\ufffd");
    }
}
