// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;
import java.util.regex.Pattern;

final class KeyPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "^net\\.core\\.somaxconn$ net.core.somaxconn true",
                "^net\\.core\\.somaxconn$ net.core.somaxconn2 false",
                "net.ipv4 xnet/ipv4y true",
                "^net.ipv4.conf.IFNAME.(rp_filter|arp_[a-z]+)$ net.ipv4.conf.IFNAME.arp_notify true",
                "^net.ipv4.conf.IFNAME.(rp_filter|arp_[a-z]+)$ net.ipv4.conf.IFNAME.arp_ false",
                "^(?:a{2,3}|b+?)$ aaa true",
                "^(?:a{2,3}|b+?)$ a false",
                "^[^./]*$ net.a false",
                "^[\\w.-]+$ net.a-b true",
                "(a*)*$ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab true",
            })
    void keys(String pattern, String key, boolean found) {
        assertThat(KeyPattern.parse(pattern).isFoundIn(key)).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "[a",
                "*",
                "a**",
                "a{2",
                "a{3,2}",
                "(?i)a",
                "\\b",
                "[[:alpha:]]",
                "\\",
                "[z-a]",
                "a{2000}"
            })
    void whatIsNotUnderstood_isRefused(String pattern) {
        assertThatThrownBy(() -> KeyPattern.parse(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at character");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "[^\\d]", "[\\Wa]", "[é-ü]", "\\."
            })
    void classesOfCharacters_areThoseOfJava(String pattern) {
        Pattern java = Pattern.compile(
                pattern.replace("\\s", "[\\t\\n\\f\\r ]").replace("\\S", "[^\\t\\n\\f\\r ]"),
                Pattern.DOTALL);
        KeyPattern ours = KeyPattern.parse(pattern);
        for (char c = 0; c < 0x300; c++) {
            String text = String.valueOf(c);
            assertThat(ours.isFoundIn(text))
                    .as("%04x", (int) c)
                    .isEqualTo(java.matcher(text).find());
        }
    }

    @Test
    void patternsByChance_matchWhatThoseOfJavaMatch() {
        Random random = new Random(7);
        String[] parts = {
            "a", "b", ".", "[ab]", "[^a]", "(a|b)", "(?:ab)", "\\w", "^", "$", "a*", "b+", "(ab)?",
            "c{1,2}", "|"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder pattern = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(6); n >= 0; n--) {
                pattern.append(parts[random.nextInt(parts.length)]);
                text.append("abc".charAt(random.nextInt(3)));
            }
            if (KeyPattern.parse(pattern.toString()).isFoundIn(text.toString())
                    != Pattern.compile(pattern.toString()).matcher(text).find()) {
                fail(pattern + " in " + text);
            }
        }
    }
}
