// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                10,
                1500,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MAX_VALUE - 1,
                Long.MIN_VALUE + 1
            })
    void wholeNumber_isReadBack(long value) {
        assertThat(JsonNumber.of(value).wholeNumber()).hasValue(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0",
                "1e3",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "0.5"
            })
    void whatIsNoWholeNumberOf64Bits_isEmpty(String text) {
        assertThat(new JsonNumber(text).wholeNumber()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "01", "+1", ".5", "1.", "1e", "1e+", "x", "1x", "1e5x", "NaN", " 1"
            })
    void textThatIsNoNumber_isRefused(String text) {
        assertThatThrownBy(() -> new JsonNumber(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
