// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/**
 * ADD fails, and then a system call of its way back fails too, each with each plausible errno: the
 * answer is the first error, no lease is given back while a link is left that could carry its
 * address, and DEL removes what is left.
 */
final class UndoFaultTest {
    /** An ADD that fails late: every link, address and rule has to be taken back. */
    private static FaultLibc failing(String name, int nth) {
        return new FaultLibc(Trial.LIBC).fail(name, nth, Errno.EPERM);
    }

    /** A system call at which ADD fails, and one of those that follow it. */
    private record Pair(String name, int nth, Fault second) {
        @Override
        public String toString() {
            return name + "#" + nth + " answers EPERM, then " + second;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void everyRefusalOnTheWayBack_leavesWhatDelRemoves(Kind kind) throws Exception {
        List<Pair> pairs = new ArrayList<>();
        try (Trial trial = new Trial(kind)) {
            List<FaultLibc.Call> calls = trial.record(trial.network(), "ADD");
            trial.record(trial.network(), "DEL");
            for (String name : List.of("send", "recv", "setns")) {
                int nth = (int)
                        calls.stream().filter(call -> call.name().equals(name)).count();
                FaultLibc run = failing(name, nth);
                // Not every ADD has to look at the carrier as often as the first one.
                while (trial.call(trial.network(), "ADD", run).code() == 0) {
                    trial.record(trial.network(), "DEL");
                    nth--;
                    run = failing(name, nth);
                }
                pairs.addAll(pairs(run, name, nth));
            }
        }

        List<String> wrong = Trial.all(kind, pairs, UndoFaultTest::attempt);

        assertThat(pairs).hasSizeGreaterThan(30);
        assertThat(wrong).isEmpty();
    }

    /** Each call after the one that failed, with each of its errnos. */
    private static List<Pair> pairs(FaultLibc run, String name, int nth) {
        int at = run.calls().stream()
                .filter(FaultLibc.Call::failed)
                .findFirst()
                .orElseThrow()
                .number();
        return Fault.of(run.calls()).stream()
                .filter(fault -> fault.isAfter(run.calls(), at))
                .map(fault -> new Pair(name, nth, fault))
                .toList();
    }

    private static void attempt(Trial trial, Pair pair, List<String> wrong) throws Exception {
        TestNetwork network = trial.network();
        FaultLibc libc = pair.second().addTo(failing(pair.name(), pair.nth()));

        Answer answer = trial.call(network, "ADD", libc);

        if (answer.code() == 0) {
            trial.record(network, "DEL"); // It took fewer looks at the carrier this time.
            return;
        }
        if (trial.isLinked() && !trial.isLeased()) {
            wrong.add("the lease is free while the link is there: " + answer.output());
        }
        trial.record(network, "DEL");
        wrong.addAll(trial.leftovers());
    }
}
