// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.DetachingLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/**
 * Every system call of DEL fails once with each plausible errno: either everything is gone all the
 * same, or there is an error object, the lease is held as long as the link is there, and the next
 * DEL removes the rest.
 */
final class DelFaultTest {
    @ParameterizedTest
    @CsvSource({"BRIDGE,acknowledged", "BRIDGE,announced", "PTP,auto"})
    void everyRefusal_isLeftToTheNextDel(Kind kind, String mode) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            trial.record(trial.network(), "ADD");
            faults = Fault.of(trial.record(
                    trial.network().withVariable("CULVERT_DELETE", mode),
                    "DEL",
                    new FaultLibc(new DetachingLibc(Trial.LIBC).libc())));
        }

        List<String> wrong = Trial.all(
                kind, faults, (trial, fault, found) -> attempt(trial, fault, mode, found));

        assertThat(faults).hasSizeGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,acknowledged", "PTP,announced"})
    void everyInterruption_isHarmless(Kind kind, String mode) throws Exception {
        List<Fault> faults;
        try (Trial trial = new Trial(kind)) {
            trial.record(trial.network(), "ADD");
            faults = Fault.interruptions(trial.record(
                    trial.network().withVariable("CULVERT_DELETE", mode),
                    "DEL",
                    new FaultLibc(new DetachingLibc(Trial.LIBC).libc())));
        }

        List<String> wrong = Trial.all(kind, faults, (trial, fault, found) -> {
            trial.record(trial.network(), "ADD");
            trial.record(
                    trial.network().withVariable("CULVERT_DELETE", mode),
                    "DEL",
                    fault.addTo(new FaultLibc(new DetachingLibc(Trial.LIBC).libc())));
            found.addAll(trial.leftovers());
        });

        assertThat(wrong).isEmpty();
    }

    static void attempt(Trial trial, Fault fault, String mode, List<String> wrong)
            throws Exception {
        TestNetwork network = trial.network();
        trial.record(network, "ADD");
        FaultLibc libc = fault.addTo(new FaultLibc(new DetachingLibc(Trial.LIBC).libc()));

        Answer answer = trial.call(network.withVariable("CULVERT_DELETE", mode), "DEL", libc);

        if (answer.code() == 0) {
            trial.leftovers().forEach(left -> wrong.add("DEL succeeds, but " + left));
        } else if (Refusal.of("DEL", answer).code() == CniErrorCode.INTERNAL.number()) {
            wrong.add("is taken for a bug: " + answer.output());
        }
        if (trial.isLinked() && !trial.isLeased()) {
            wrong.add("the lease is free while the link is there: " + answer.output());
        }
        trial.record(network, "DEL");
        wrong.addAll(trial.leftovers());
        if (!libc.openDescriptors().isEmpty() && !fault.name().equals("setns")) {
            wrong.add("descriptors stay open");
        }
    }
}
