// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cost of being a process at all: VERSION reads its input, prints a constant and ends. */
final class VersionScenario implements Scenario {
    private static final String VERB = "VERSION";

    @Override
    public String name() {
        return "version";
    }

    @Override
    public String title() {
        return "bridge VERSION: start, read, answer, end";
    }

    @Override
    public List<Row> run(Rig rig) {
        Path config =
                rig.write("config/version.json", "{\"cniVersion\": \"" + Network.VERSION + "\"}");
        Sheet sheet = new Sheet(rig.variants());
        Rounds rounds = new Rounds(rig.rounds());
        for (Variant variant : rig.variants()) {
            Job job = rig.job(variant, "bridge", config, VERB);
            rounds.add(sheet, variant, round -> Map.of(VERB, ask(rig, job)));
        }
        rounds.run();
        return List.of(sheet.row(VERB, Unit.MILLISECONDS, Optional.empty()));
    }

    private static double ask(Rig rig, Job job) {
        Call call = rig.launcher().call(job).call();
        Checks.demandGood(VERB, call);
        Checks.demand(
                call.out().contains("supportedVersions"),
                VERB + ": the answer has no supportedVersions");
        return call.millis();
    }
}
