// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

class RowTest {
    private static final Cell BROKEN = new Cell.Failed("ADD: no");

    @Test
    void ratio_isOursDividedByTheirs() {
        Row row = row(measured(2, 3, 100), measured(12), Target.ratioAtMost(0.25));

        assertThat(row.ratio("reference")).hasValue(0.25);
        assertThat(row.verdict("reference")).isEqualTo(Verdict.MET);
    }

    @Test
    void aboveTheLimit_isMissed() {
        assertThat(row(measured(4), measured(12), Target.ratioAtMost(0.25)).verdict("reference"))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void rates_haveToBeAtLeastTheLimit() {
        Target target = Target.ratioAtLeast(6);

        assertThat(row(measured(150), measured(25), target).verdict("reference"))
                .isEqualTo(Verdict.MET);
        assertThat(row(measured(149), measured(25), target).verdict("reference"))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void ownValue_needsNoReference() {
        Target target = Target.valueAtMost(1.5);

        assertThat(row(measured(1.5), BROKEN, target).verdict("reference")).isEqualTo(Verdict.MET);
        assertThat(row(measured(1.6), BROKEN, target).verdict("reference"))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void brokenReference_leavesARatioOpen() {
        Row row = row(measured(1), BROKEN, Target.ratioAtMost(0.25));

        assertThat(row.ratio("reference")).isEmpty();
        assertThat(row.verdict("reference")).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void absentReference_leavesARatioOpen() {
        assertThat(row(measured(1), measured(4), Target.ratioAtMost(0.25)).verdict("nobody"))
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void ourOwnFailure_isAMissEvenWithoutTarget() {
        Row row = new Row("ADD", Unit.MILLISECONDS, Map.of("ours", BROKEN), Optional.empty());

        assertThat(row.verdict("reference")).isEqualTo(Verdict.MISSED);
    }

    @Test
    void zeroOfTheirs_isNotDividedBy() {
        assertThat(row(measured(1), measured(0), Target.ratioAtMost(1)).ratio("reference"))
                .isEmpty();
    }

    @Test
    void targets_readAsInTheDocuments() {
        assertThat(Target.ratioAtMost(0.08).text(Unit.MILLISECONDS)).isEqualTo("≤ 0.08");
        assertThat(Target.ratioAtLeast(6).text(Unit.PER_SECOND)).isEqualTo("≥ 6");
        assertThat(Target.valueAtMost(1.5).text(Unit.MEGABYTES)).isEqualTo("≤ 1.5 MB");
    }

    private static Cell measured(double... values) {
        return new Cell.Measured(new Samples(Arrays.stream(values).boxed().toList()));
    }

    private static Row row(Cell ours, Cell reference, Target target) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("ours", ours);
        cells.put("reference", reference);
        return new Row("ADD", Unit.MILLISECONDS, cells, Optional.of(target));
    }
}
