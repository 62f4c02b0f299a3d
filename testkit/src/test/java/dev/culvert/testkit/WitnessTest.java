// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

@InNetns(mayLeave = true)
final class WitnessTest {
    private final Witness witness = new Witness();

    @Test
    void failedProgram_isReportedWithWhatItSaid() {
        assertThatThrownBy(() -> witness.run("sh", "-c", "echo out; echo err >&2; exit 3"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ended with 3: out\nerr");
    }

    @Test
    void inputAndEnvironment_reachTheProgram() {
        Witness.Outcome outcome =
                witness.tryWith("in", Map.of("X", "y"), "sh", "-c", "cat; echo $X >&2; exit 1");

        assertThat(outcome).isEqualTo(new Witness.Outcome(1, "in", "y\n"));
    }

    @Test
    void leftovers_nameLinksAndTables() {
        witness.run("ip", "link", "add", "left", "type", "bridge");
        witness.run("nft", "add", "table", "inet", "leftover");

        assertThat(witness.leftovers()).containsExactly("link left", "table inet leftover");
    }
}
