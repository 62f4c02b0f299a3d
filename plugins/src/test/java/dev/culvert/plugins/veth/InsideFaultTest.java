// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/**
 * What is left of an attachment whose link is in the container alone, when a system call fails, or
 * when the process is killed.
 */
final class InsideFaultTest {
    /** The plugins that make such links. */
    enum Inside implements Trial.Setting {
        MACVLAN {
            @Override
            public TestNetwork network(String name) {
                return TestNetwork.macvlan(name).with("master", "\"up0\"").withIps(Kind.IPS);
            }

            @Override
            public void prepare(Ip host) {
                host.batch("link add up0 type bridge\nlink set up0 up\n");
            }
        },
        TAP {
            @Override
            public TestNetwork network(String name) {
                return TestNetwork.tap(name).with("owner", "107").withIps(Kind.IPS);
            }
        }
    }

    private static FaultLibc detaching() {
        return new FaultLibc(new DetachingLibc(Trial.LIBC).libc());
    }

    private static TestNetwork announcing(TestNetwork network) {
        return network.withVariable("CULVERT_DELETE", "announced");
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalOfAdd_leavesNothing(Inside kind) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            faults = Fault.of(trial.record(trial.network(), "ADD"));
        }

        assertThat(faults).hasSizeGreaterThan(50);
        assertThat(Trial.all(kind, faults, AddFaultTest::attempt)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyRefusalOfDel_isLeftToTheNextDel(Inside kind) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            trial.record(trial.network(), "ADD");
            faults = Fault.of(trial.record(announcing(trial.network()), "DEL", detaching()));
        }

        assertThat(faults)
                .hasSizeGreaterThan(20)
                .anyMatch(fault -> fault.name().equals("sendDetached"));
        assertThat(Trial.all(
                        kind,
                        faults,
                        (trial, fault, found) ->
                                DelFaultTest.attempt(trial, fault, "announced", found)))
                .isEmpty();
    }

    /** How many calls a verb makes. */
    private static List<Integer> calls(Inside kind, String verb) throws Exception {
        List<Integer> calls = new ArrayList<>();
        try (Trial trial = new Trial(kind)) {
            if (verb.equals("DEL")) {
                trial.record(trial.network(), "ADD");
            }
            int count =
                    trial.record(announcing(trial.network()), verb, detaching()).size();
            for (int i = 1; i <= count; i++) {
                calls.add(i);
            }
        }
        return calls;
    }

    @ParameterizedTest
    @EnumSource
    void killedAdd_isRemovedByDel(Inside kind) throws Exception {
        List<String> wrong = Trial.all(kind, calls(kind, "ADD"), (trial, at, found) -> {
            HostState before = trial.podState();
            trial.killed(trial.network(), "ADD", new FaultLibc(Trial.LIBC).killAt(at));
            trial.record(trial.network(), "DEL");
            found.addAll(trial.leftovers());
            before.changesTo(trial.podState()).forEach(change -> found.add("container " + change));
        });

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void killedDel_isCompletedByTheNext(Inside kind) throws Exception {
        List<String> wrong = Trial.all(kind, calls(kind, "DEL"), (trial, at, found) -> {
            HostState before = trial.podState();
            trial.record(trial.network(), "ADD");
            trial.killed(announcing(trial.network()), "DEL", detaching().killAt(at));
            trial.record(trial.network(), "DEL");
            found.addAll(trial.leftovers());
            before.changesTo(trial.podState()).forEach(change -> found.add("container " + change));
        });

        assertThat(wrong).isEmpty();
    }
}
