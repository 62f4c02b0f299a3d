// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeftoversTest {
    @Test
    void wordOnItsOwn_isFound() {
        assertThat(Leftovers.mentions("ip saddr 10.22.0.2 accept", "10.22.0.2")).isTrue();
        assertThat(Leftovers.mentions("{\"elem\":[\"10.22.0.2\"]}", "10.22.0.2"))
                .isTrue();
        assertThat(Leftovers.mentions("fd00:22::2/128 dev veth1", "fd00:22::2")).isTrue();
        assertThat(Leftovers.mentions("10.22.0.20 10.22.0.2", "10.22.0.2")).isTrue();
    }

    @Test
    void partOfALongerWord_isNot() {
        assertThat(Leftovers.mentions("ip saddr 10.22.0.20", "10.22.0.2")).isFalse();
        assertThat(Leftovers.mentions("110.22.0.2", "10.22.0.2")).isFalse();
        assertThat(Leftovers.mentions("fd00:22::22 fd00:22::2:1", "fd00:22::2")).isFalse();
        assertThat(Leftovers.mentions("", "10.22.0.2")).isFalse();
    }
}
