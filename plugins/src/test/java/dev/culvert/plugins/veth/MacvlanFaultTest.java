// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What is left of a macvlan attachment when a system call fails, or when the process is killed. */
final class MacvlanFaultTest {
    private static final Trial.Setting SETTING = new Trial.Setting() {
        @Override
        public TestNetwork network(String name) {
            return TestNetwork.macvlan(name).with("master", "\"up0\"").withIps(Kind.IPS);
        }

        @Override
        public void prepare(Ip host) {
            host.batch("link add up0 type bridge\nlink set up0 up\n");
        }
    };

    @Test
    void everyRefusalOfAdd_leavesNothing() throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(SETTING)) {
            faults = Fault.of(trial.record(trial.network(), "ADD"));
        }

        assertThat(faults).hasSizeGreaterThan(50);
        assertThat(Trial.all(SETTING, faults, AddFaultTest::attempt)).isEmpty();
    }

    @Test
    void killedAdd_isRemovedByDel() throws Exception {
        List<Integer> calls = new ArrayList<>();
        try (Trial trial = new Trial(SETTING)) {
            int count = trial.record(trial.network(), "ADD").size();
            for (int i = 1; i <= count; i++) {
                calls.add(i);
            }
        }

        List<String> wrong = Trial.all(SETTING, calls, (trial, at, found) -> {
            HostState before = trial.podState();
            trial.killed(trial.network(), "ADD", new FaultLibc(Trial.LIBC).killAt(at));
            trial.record(trial.network(), "DEL");
            found.addAll(trial.leftovers());
            before.changesTo(trial.podState()).forEach(change -> found.add("container " + change));
        });

        assertThat(wrong).isEmpty();
    }
}
