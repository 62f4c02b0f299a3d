// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/**
 * A process that is killed at any system call of ADD or DEL leaves nothing that a later DEL or GC
 * does not remove. Each kill is followed by some of the remedies in turn; with
 * {@code -Dculvert.thorough=true} by every one.
 */
final class KillTest {
    private static final boolean THOROUGH = Boolean.getBoolean("culvert.thorough");

    /** What a runtime may do after a plugin was killed. */
    private enum Remedy {
        DEL,
        DEL_WITHOUT_NETNS,
        DEL_AFTER_THE_NETNS,
        DEL_WITHOUT_MASQUERADE,
        GC,
        ADD_AGAIN;

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
                    // It may be refused for what is there; then DEL has to follow, as after every
                    // failed ADD.
                    trial.call(network, "ADD", new FaultLibc(Trial.LIBC));
                    trial.record(network, "DEL");
                }
            }
        }
    }

    /** The process is killed at the call with that number. */
    private record Kill(String verb, int at, Remedy remedy) {}

    @ParameterizedTest
    @CsvSource({"BRIDGE,2", "BRIDGE_GUARDED,1", "PTP,1", "PTP_PROXY_ARP,1"})
    void killedAdd_isRemoved(Kind kind, int remedies) throws Exception {
        List<Kill> kills;
        try (Trial trial = new Trial(kind)) {
            kills = kills("ADD", trial.record(trial.network(), "ADD").size(), remedies);
        }

        List<String> wrong = Trial.all(kind, kills, KillTest::attempt);

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,3", "BRIDGE_GUARDED,1", "PTP,1"})
    void killedDel_isCompleted(Kind kind, int remedies) throws Exception {
        List<Kill> kills;
        try (Trial trial = new Trial(kind)) {
            trial.record(trial.network(), "ADD");
            kills = kills(
                    "DEL",
                    trial.record(
                                    announcing(trial.network()),
                                    "DEL",
                                    new FaultLibc(new DetachingLibc(Trial.LIBC).libc()))
                            .size(),
                    remedies);
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

    /** Every call with so many remedies. */
    private static List<Kill> kills(String verb, int calls, int remedies) {
        List<Kill> kills = new ArrayList<>();
        Remedy[] all = Remedy.values();
        for (int at = 1; at <= calls; at++) {
            for (int i = 0; i < (THOROUGH ? all.length : remedies); i++) {
                // Neighbours in the table are much alike, so the remedies of one call are far apart
                // in it.
                kills.add(new Kill(verb, at, all[(at + i * 2) % all.length]));
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
