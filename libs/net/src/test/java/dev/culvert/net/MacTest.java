// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacTest {
    @Test
    void text_isPrintedInLowerCaseWithColons() {
        assertThat(Mac.parse("0A-58-0a:01:00:Ff")).hasToString("0a:58:0a:01:00:ff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0a:58:0a:01:00",
                "0a:58:0a:01:00:0g",
                "0a:58:0a:01:00:02:",
                "0a58.0a01.0002",
                "0a:58:0a:01:00:2"
            })
    void textThatIsNoMac_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mac.parse(text))
                .withMessageContaining(text);
    }

    @Test
    void localAddress_isUnicastAndLocallyAdministered() {
        Mac mac = Mac.local(new byte[] {-1, -1, -1, -1, -1, -1});

        assertThat(mac).hasToString("fe:ff:ff:ff:ff:ff");
        assertThat(mac.isUnicast()).isTrue();
        assertThat(Mac.parse("01:00:5e:00:00:01").isUnicast()).isFalse();
        assertThat(Mac.parse("00:00:00:00:00:00").isUnicast()).isFalse();
    }
}
