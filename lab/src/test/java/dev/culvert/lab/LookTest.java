// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;

class LookTest {
    @Test
    void utf8Terminal_hasColoursAndLines() {
        assertThat(Look.of(Map.of("TERM", "xterm", "LANG", "en_GB.UTF-8")))
                .isEqualTo(new Look(true, true));
    }

    @Test
    void noColor_leavesTheLines() {
        assertThat(Look.of(Map.of("TERM", "xterm", "LANG", "C.utf8", "NO_COLOR", "1")))
                .isEqualTo(new Look(false, true));
    }

    @Test
    void emptyNoColor_isNotSet() {
        assertThat(Look.of(Map.of("TERM", "xterm", "NO_COLOR", "")).colour()).isTrue();
    }

    @Test
    void localeForAll_winsOverTheLanguage() {
        assertThat(Look.of(Map.of("TERM", "xterm", "LC_ALL", "C", "LANG", "C.UTF-8"))
                        .unicode())
                .isFalse();
    }

    @Test
    void unknownTerminal_isPlain() {
        assertThat(Look.of(Map.of())).isEqualTo(Look.PLAIN);
        assertThat(Look.PLAIN.bold("x") + Look.PLAIN.mark(true)).isEqualTo("xok  ");
    }

    @Test
    void word_isReadBack() {
        Look look = new Look(true, true);

        assertThat(Look.parse(look.word())).isEqualTo(look);
        assertThat(Look.parse(Look.PLAIN.word())).isEqualTo(Look.PLAIN);
    }
}
