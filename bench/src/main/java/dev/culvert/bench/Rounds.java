// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Goes round: every variant once a round, in a new random order each time, so that whatever else
 * the machine does hits all of them alike.
 */
final class Rounds {
    private static final int WARM_UP = 2;
    private static final int FEWEST = 5;
    private static final long ENOUGH_NANOS = 30_000_000_000L;

    private final List<Turn> turns = new ArrayList<>();
    private final int rounds;
    // The same order in every run: a run can be repeated.
    private final Random random = new Random(1);

    /** What a variant does when it is its turn. */
    interface Body {
        /**
         * Measures.
         *
         * @param round from 0, warm-up included; for names that must be new each time
         * @return values by what was measured
         * @throws BrokenVariantException to take the variant out of this scenario
         */
        Map<String, Double> measure(int round);
    }

    private record Turn(Sheet sheet, Variant variant, Body body) {
        void take(int round) {
            sheet.attempt(variant, () -> {
                Map<String, Double> values = body.measure(round);
                if (round >= WARM_UP) {
                    values.forEach((what, value) -> sheet.note(variant, what, value));
                }
            });
        }
    }

    Rounds(int rounds) {
        this.rounds = rounds;
    }

    void add(Sheet sheet, Variant variant, Body body) {
        turns.add(new Turn(sheet, variant, body));
    }

    /**
     * Runs all rounds, or as many as fit into half a minute, but never fewer than five (or than
     * asked for).
     */
    void run() {
        long started = System.nanoTime();
        for (int round = 0; round < rounds + WARM_UP; round++) {
            boolean isEnough =
                    System.nanoTime() - started > ENOUGH_NANOS && round >= FEWEST + WARM_UP;
            if (isEnough) {
                return;
            }
            Collections.shuffle(turns, random);
            for (Turn turn : turns) {
                turn.take(round);
            }
        }
    }
}
