// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.FaultLibc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is killed at any system call of ADD or DEL leaves nothing that a later DEL or GC does not remove. */
final class KillTest {
    /** What a runtime may do after a plugin was killed. */
    private enum Remedy {
        DEL, DEL_WITHOUT_NETNS, DEL_AFTER_THE_NETNS, DEL_WITHOUT_MASQUERADE, GC, ADD_AGAIN;

        void apply(Trial trial) throws Exception {
            TestNetwork network = trial.network();
            switch (this) {
                case DEL -> trial.record(network, "DEL");
                case DEL_WITHOUT_NETNS -> trial.recordWithoutNetns(network, "DEL");
                case DEL_AFTER_THE_NETNS -> {
                    trial.pod().netns().close();
                    trial.record(network, "DEL");
                    trial.replacePod();
                }
                case DEL_WITHOUT_MASQUERADE -> trial.record(network.with("ipMasq", "false"), "DEL");
                case GC -> trial.record(network.keeping(trial.neighbour()), "GC");
                case ADD_AGAIN -> {
                    // It may be refused for what is there; then DEL has to follow, as after every failed ADD.
                    trial.call(network, "ADD", new FaultLibc(Trial.LIBC));
                    trial.record(network, "DEL");
                }
            }
        }
    }

    /** The process is killed at the call with that number. */
    private record Kill(String verb, int at, Remedy remedy) {}

    @ParameterizedTest
    @CsvSource({"BRIDGE,true", "PTP,false", "PTP_PROXY_ARP,false"})
    void killedAdd_isRemovedByEveryRemedy(Kind kind, boolean everyRemedy) throws Exception {
        List<Kill> kills;
        try (Trial trial = new Trial(kind)) {
            kills = kills("ADD", trial.record(trial.network(), "ADD").size(), everyRemedy);
        }

        List<String> wrong = Trial.all(kind, kills, KillTest::attempt);

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,true", "PTP,false"})
    void killedDel_isCompletedByEveryRemedy(Kind kind, boolean everyRemedy) throws Exception {
        List<Kill> kills;
        try (Trial trial = new Trial(kind)) {
            trial.record(trial.network(), "ADD");
            kills = kills("DEL", trial.record(announcing(trial.network()), "DEL",
                    new FaultLibc(new DetachingLibc(Trial.LIBC).libc())).size(), everyRemedy);
        }

        List<String> wrong = Trial.all(kind, kills, (trial, kill, found) -> {
            trial.record(trial.network(), "ADD");
            attempt(trial, kill, found);
        });

        assertThat(wrong).isEmpty();
    }

    private static TestNetwork announcing(TestNetwork network) {
        return network.withVariable("CULVERT_DELETE", "announced");
    }

    /** Every call with every remedy, or with one in turn. */
    private static List<Kill> kills(String verb, int calls, boolean everyRemedy) {
        List<Kill> kills = new ArrayList<>();
        Remedy[] remedies = Remedy.values();
        for (int at = 1; at <= calls; at++) {
            for (int i = 0; i < (everyRemedy ? remedies.length : 1); i++) {
                kills.add(new Kill(verb, at, remedies[(at + i) % remedies.length]));
            }
        }
        return kills;
    }

    private static void attempt(Trial trial, Kill kill, List<String> wrong) throws Exception {
        FaultLibc libc = new FaultLibc(new DetachingLibc(Trial.LIBC).libc()).killAt(kill.at());

        trial.killed(announcing(trial.network()), kill.verb(), libc);
        kill.remedy().apply(trial);

        wrong.addAll(trial.leftovers());
    }
}
