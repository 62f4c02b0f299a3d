// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ReportTest {
    private static final Cell FAST = new Cell.Measured(new Samples(List.of(1.0, 2.0, 3.0)));
    private static final Cell SLOW = new Cell.Measured(new Samples(List.of(20.0)));
    private static final Cell BROKEN = new Cell.Failed("ADD: ping 10.88.0.1: Network unreachable");

    @Test
    void table_showsMediansRatioAndVerdict() {
        String table = Table.of(report(row(FAST, SLOW, Target.ratioAtMost(0.25))));

        assertThat(table)
                .containsPattern("ADD +ms +2\\.00 +3\\.00 +20\\.00 +0\\.100 +≤ 0\\.25 +ok");
        assertThat(table).contains("CULVERT_DELETE=announced").contains("no target is missed");
    }

    @Test
    void table_showsABrokenPluginWithItsWordsAndWithoutNumber() {
        String table = Table.of(report(row(BROKEN, SLOW, Target.ratioAtMost(0.25))));

        assertThat(table)
                .containsPattern("ADD +ms +failed +20\\.00 +≤ 0\\.25 +MISS")
                .contains("ours failed: ADD: ping 10.88.0.1: Network unreachable")
                .contains("1 rows miss their target");
    }

    @Test
    void table_saysThatAReferenceIsMissing() {
        assertThat(Table.of(report(row(FAST, BROKEN, Target.ratioAtMost(0.25)))))
                .contains("no reference")
                .contains("no target is missed");
    }

    @Test
    void busyMachine_isSaid() {
        assertThat(new Machine("6.1", "a processor", 2, "0.90", "").isBusy()).isFalse();
        assertThat(new Machine("6.1", "a processor", 2, "1.10", "").isBusy()).isTrue();
        assertThat(new Machine("6.1", "a processor", 2, "unknown", "").isBusy()).isFalse();
    }

    @Test
    void json_hasEveryNumber() {
        Fields row = json(row(FAST, SLOW, Target.ratioAtMost(0.05)));

        assertThat(row.object("cells").object("ours").object().compact())
                .isEqualTo("{\"median\":2.00000,\"p90\":3.00000,\"min\":1.00000,\"count\":3}");
        assertThat(row.object("oursDividedBy").object().compact())
                .isEqualTo("{\"reference\":0.10000}");
        assertThat(row.object("target").object().compact())
                .isEqualTo("{\"kind\":\"ratio_at_most\",\"limit\":0.05000}");
        assertThat(row.string("verdict", "")).isEqualTo("missed");
    }

    @Test
    void json_hasTheFailureInsteadOfANumber() {
        Fields row = json(row(BROKEN, SLOW, Target.ratioAtMost(0.05)));

        assertThat(row.object("cells").object("ours").string("failed", "")).startsWith("ADD: ping");
        assertThat(row.object("cells").object("ours").has("median")).isFalse();
        assertThat(row.object("oursDividedBy").object().isEmpty()).isTrue();
    }

    private static Fields json(Row row) {
        Fields report =
                new Field("", Json.parse(JsonReport.of(report(row), List.of("--quick")))).object();
        assertThat(report.strings("options")).containsExactly("--quick");
        return report.list("scenarios")
                .getFirst()
                .object()
                .list("rows")
                .getFirst()
                .object();
    }

    private static Row row(Cell ours, Cell reference, Target target) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("ours", ours);
        cells.put("reference", reference);
        return new Row("ADD", Unit.MILLISECONDS, cells, Optional.of(target));
    }

    private static Report report(Row row) {
        return new Report(
                new Machine("6.1 amd64", "a processor", 2, "0.1", "2026-01-01T00:00:00Z"),
                List.of(
                        new Report.Column(new Peer("ours", Path.of("/a")), "Culvert"),
                        new Report.Column(
                                new Peer("reference", Path.of("/b")), "CNI bridge plugin")),
                "reference",
                3,
                true,
                List.of(new Report.Section("bridge", "bridge", List.of(row), 1.5)));
    }
}
