// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class SamplesTest {
    @Test
    void oddCount_medianIsTheMiddleValue() {
        assertThat(new Samples(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5.0);
    }

    @Test
    void evenCount_medianIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(new Samples(List.of(4.0, 1.0, 100.0, 2.0)).median()).isEqualTo(3.0);
    }

    @Test
    void oneValue_isEverything() {
        Samples samples = new Samples(List.of(7.0));

        assertThat(samples.median()).isEqualTo(7.0);
        assertThat(samples.percentile(90)).isEqualTo(7.0);
        assertThat(samples.min()).isEqualTo(7.0);
    }

    @Test
    void tenValues_ninetiethPercentileIsTheNinth() {
        Samples samples = new Samples(List.of(10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0));

        assertThat(samples.percentile(90)).isEqualTo(9.0);
        assertThat(samples.percentile(100)).isEqualTo(10.0);
        assertThat(samples.percentile(0)).isEqualTo(1.0);
    }

    @Test
    void noValues_areRefused() {
        assertThatThrownBy(() -> new Samples(List.of())).isInstanceOf(IllegalStateException.class);
    }
}
