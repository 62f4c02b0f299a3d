// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ADD and DEL of a bridge attachment, one after another, for ten seconds. The clock stops when the
 * last process that any of them left behind has ended: work put off is work that counts.
 */
final class PairsScenario implements Scenario {
    private static final Target TARGET = Target.ratioAtLeast(6);
    private static final String PAIRS = "ADD+DEL pairs";

    @Override
    public String name() {
        return "bridge-pairs";
    }

    @Override
    public String title() {
        return "bridge + host-local, ADD and DEL one after another, late work included";
    }

    @Override
    public List<Row> run(Rig rig) {
        Sheet sheet = new Sheet(rig.variantsOfDelete());
        for (Variant variant : rig.variantsOfDelete()) {
            rig.progress().say(name() + ": " + variant.label());
            sheet.attempt(variant, () -> measure(rig, sheet, variant));
        }
        List<Row> rows = new ArrayList<>();
        rows.add(sheet.row(PAIRS, Unit.PER_SECOND, Optional.of(TARGET)));
        rows.add(sheet.acknowledgedRow(PAIRS, Unit.PER_SECOND));
        return rows;
    }

    private void measure(Rig rig, Sheet sheet, Variant variant) {
        Host host = Host.make(rig, Network.bridge(false), name() + "-" + variant.label(), 1);
        try {
            host.verify(variant);
            Job job = host.job(variant, "", host.attachment("pair-{}", "0"));
            job.environment().remove("CNI_COMMAND");
            Launcher.Pairs pairs = host.enter().pairs(job, rig.quick() ? 1_000 : 10_000);
            Checks.demandGone("DEL", pairs.isLeft());
            Checks.demand(
                    host.veths().isEmpty(), "DEL: links are left on the host: " + host.veths());
            sheet.note(variant, PAIRS, pairs.count() / (pairs.lateNanos() / 1e9));
        } finally {
            host.drop();
        }
    }
}
