// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniVersionTest {
    @Test
    void membership_isExact() {
        assertThat(CniVersion.all())
                .map(CniVersion::text)
                .containsExactly("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
        assertThat(CniVersion.find("1.0.0")).hasValue(CniVersion.V1_0_0);
        assertThat(CniVersion.find("1.0")).isEmpty();
        assertThat(CniVersion.find("1.2.0")).isEmpty();
        assertThat(CniVersion.find("0.3.2")).isEmpty();
    }

    @Test
    void emptyVersion_isTheFirst() {
        assertThat(CniVersion.find("")).hasValue(CniVersion.V0_1_0);
        assertThat(VersionNumber.parse("")).isEqualTo(new VersionNumber(0, 1, 0));
    }

    @Test
    void versionsSince_startAtTheOldest() {
        assertThat(CniVersion.since(CniVersion.V0_4_0))
                .containsExactly(CniVersion.V0_4_0, CniVersion.V1_0_0, CniVersion.V1_1_0);
    }

    @ParameterizedTest
    @CsvSource({"1,1,0,0", "1.2,1,2,0", "1.2.3,1,2,3", "0.-42.0,0,-42,0", "0.10.0,0,10,0"})
    void number_isParsed(String text, int major, int minor, int micro) {
        assertThat(VersionNumber.parse(text)).isEqualTo(new VersionNumber(major, minor, micro));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3.4",
                "a",
                "1..0",
                "1.",
                ".",
                "-",
                "1.x",
                " 1",
                "1.0.0-rc1",
                "99999999999",
                "1.0.0."
            })
    void malformedNumber_isRefused(String text) {
        assertThatThrownBy(() -> VersionNumber.parse(text))
                .isInstanceOfSatisfying(
                        CniException.class,
                        e -> assertThat(e.is(CniErrorCode.DECODING_FAILURE)).isTrue())
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "0.4.0,true",
        "0.3.9,false",
        "0.10.0,true",
        "1.0.0,true",
        "0.4,true",
        "0.-42.0,false"
    })
    void comparison_isByNumber(String text, boolean atLeast) {
        assertThat(VersionNumber.parse(text).isAtLeast(CniVersion.V0_4_0)).isEqualTo(atLeast);
    }
}
