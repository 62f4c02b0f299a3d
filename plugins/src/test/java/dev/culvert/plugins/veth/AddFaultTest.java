// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/**
 * Every system call of ADD fails once with each plausible errno: either there is an error object
 * and everything is as before, or the attachment is complete and the call is one of those that may
 * fail.
 */
final class AddFaultTest {
    @ParameterizedTest
    @EnumSource
    void everyRefusal_isUndoneOrHarmless(Kind kind) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            faults = Fault.of(trial.record(trial.network(), "ADD"));
        }
        if (kind == Kind.PTP_PROXY_ARP || kind == Kind.BRIDGE_GUARDED) {
            // Much like the kind before: one errno a call will do.
            faults = Fault.firstOfEachCall(faults);
        }

        List<String> wrong = Trial.all(kind, faults, AddFaultTest::attempt);

        assertThat(faults).hasSizeGreaterThan(80);
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyInterruption_isHarmless(Kind kind) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            faults = Fault.interruptions(trial.record(trial.network(), "ADD"));
        }

        List<String> wrong = Trial.all(kind, faults, (trial, fault, found) -> {
            Answer answer = trial.call(trial.network(), "ADD", fault.libc());
            if (answer.code() != 0) {
                found.add(answer.output());
            }
            trial.record(trial.network(), "DEL");
        });

        assertThat(wrong).isEmpty();
    }

    static void attempt(Trial trial, Fault fault, List<String> wrong) throws Exception {
        HostState podBefore = trial.podState();
        TestNetwork network = trial.network();
        FaultLibc libc = fault.libc();

        Answer answer = trial.call(network, "ADD", libc);

        if (answer.code() == 0) {
            if (!Fault.isTolerated(libc)) {
                wrong.add("ADD succeeds");
            }
            Answer check = trial.call(
                    network.withResult(new Attached(answer.output())),
                    "CHECK",
                    new FaultLibc(Trial.LIBC));
            if (check.code() != 0) {
                wrong.add("ADD succeeds, CHECK does not: " + check.output());
            }
            trial.record(network, "DEL");
        } else if (Refusal.of("ADD", answer).code() == CniErrorCode.INTERNAL.number()) {
            wrong.add("is taken for a bug: " + answer.output());
        }
        wrong.addAll(trial.leftovers());
        podBefore.changesTo(trial.podState()).forEach(change -> wrong.add("container " + change));
        // Whoever can't come back from a namespace has other worries.
        if (!libc.openDescriptors().isEmpty() && !fault.name().equals("setns")) {
            wrong.add("descriptors stay open");
        }
        trial.record(network, "DEL");
    }
}
