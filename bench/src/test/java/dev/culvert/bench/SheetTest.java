// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SheetTest {
    private static final Variant OURS =
            new Variant(new Peer("ours", Path.of("/a")), Variant.ANNOUNCED);
    private static final Variant SLOW =
            new Variant(new Peer("ours", Path.of("/a")), Variant.ACKNOWLEDGED);
    private static final Variant OTHER =
            new Variant(new Peer("reference", Path.of("/b")), Variant.ANNOUNCED);

    @Test
    void acknowledgedRow_takesOursFromTheOtherVariant() {
        Sheet sheet = new Sheet(List.of(OURS, OTHER, SLOW));
        sheet.note(OURS, "DEL", 1);
        sheet.note(SLOW, "DEL", 20);
        sheet.note(OTHER, "DEL", 24);

        Row announced = sheet.row("DEL", Unit.MILLISECONDS, Optional.empty());
        Row acknowledged = sheet.acknowledgedRow("DEL", Unit.MILLISECONDS);

        assertThat(announced.median("ours")).hasValue(1);
        assertThat(acknowledged.median("ours")).hasValue(20);
        assertThat(acknowledged.median("reference")).hasValue(24);
        assertThat(acknowledged.what()).isEqualTo("DEL, acknowledged");
        assertThat(announced.cells()).containsOnlyKeys("ours", "reference");
    }

    @Test
    void failure_takesTheNumbersAway() {
        Sheet sheet = new Sheet(List.of(OURS, OTHER));
        sheet.note(OURS, "ADD", 0.1);
        sheet.fail(OURS, "ADD: second time, no");
        sheet.fail(OURS, "later");

        assertThat(sheet.cell(OURS, "ADD")).isEqualTo(new Cell.Failed("ADD: second time, no"));
        assertThat(sheet.cell(OTHER, "ADD")).isEqualTo(new Cell.Failed("not measured"));
    }

    @Test
    void rounds_skipTheWarmUpAndTakeTurns() {
        Sheet sheet = new Sheet(List.of(OURS, OTHER));
        List<Integer> seen = new ArrayList<>();
        Rounds rounds = new Rounds(3);
        rounds.add(sheet, OURS, round -> {
            seen.add(round);
            return Map.of("ADD", (double) round);
        });

        rounds.run();

        assertThat(seen).containsExactly(0, 1, 2, 3, 4);
        assertThat(sheet.cell(OURS, "ADD"))
                .isEqualTo(new Cell.Measured(new Samples(List.of(2.0, 3.0, 4.0))));
    }

    @Test
    void brokenVariant_isNotAskedAgainAndTheOthersGoOn() {
        Sheet sheet = new Sheet(List.of(OURS, OTHER));
        List<Integer> seen = new ArrayList<>();
        Rounds rounds = new Rounds(3);
        rounds.add(sheet, OURS, round -> {
            seen.add(round);
            Checks.demand(round < 3, "DEL: eth0 is still there");
            return Map.of("ADD", 0.1);
        });
        rounds.add(sheet, OTHER, round -> Map.of("ADD", 5.0));

        rounds.run();

        assertThat(seen).containsExactly(0, 1, 2, 3);
        assertThat(sheet.cell(OURS, "ADD")).isEqualTo(new Cell.Failed("DEL: eth0 is still there"));
        assertThat(sheet.cell(OTHER, "ADD").median()).hasValue(5.0);
    }
}
