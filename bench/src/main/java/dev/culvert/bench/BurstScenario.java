// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Many containers at once on a host that has no bridge and no rules yet, and then all of them gone
 * again.
 */
final class BurstScenario implements Scenario {
    private static final Target ADD_TARGET = Target.ratioAtLeast(5);
    private static final Target DEL_TARGET = Target.ratioAtLeast(8);
    private static final int ROUNDS = 3;

    private final int containers;
    private final int width;

    BurstScenario(int containers, int width) {
        this.containers = containers;
        this.width = width;
    }

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public String title() {
        return "bridge + host-local + ipMasq: " + containers + " containers on a cold host, "
                + width + " at a time, late work included";
    }

    @Override
    public List<Row> run(Rig rig) {
        Sheet sheet = new Sheet(rig.variantsOfDelete());
        for (int round = 0; round < (rig.quick() ? 1 : ROUNDS); round++) {
            for (Variant variant : rig.variantsOfDelete()) {
                rig.progress().say(name() + ": " + variant.label());
                sheet.attempt(variant, () -> measure(rig, sheet, variant));
            }
        }
        List<Row> rows = new ArrayList<>();
        rows.add(sheet.row("ADD", Unit.PER_SECOND, Optional.of(ADD_TARGET)));
        rows.add(sheet.row("DEL", Unit.PER_SECOND, Optional.of(DEL_TARGET)));
        rows.add(sheet.acknowledgedRow("DEL", Unit.PER_SECOND));
        return rows;
    }

    private void measure(Rig rig, Sheet sheet, Variant variant) {
        Host host =
                Host.make(rig, Network.bridge(true), name() + "-" + variant.label(), containers);
        try {
            Launcher.Burst add = burst(host, variant, "ADD");
            demandDistinct(add.calls());
            Launcher.Burst delete = burst(host, variant, "DEL");
            Checks.demand(
                    host.veths().isEmpty(), "DEL: links are left on the host: " + host.veths());
            sheet.note(variant, "ADD", containers / (add.lateNanos() / 1e9));
            sheet.note(variant, "DEL", containers / (delete.lateNanos() / 1e9));
        } finally {
            host.drop();
        }
    }

    private Launcher.Burst burst(Host host, Variant variant, String verb) {
        Job job = host.job(variant, verb, host.attachment("burst-{}", "{}"));
        Launcher.Burst burst = host.enter().many(job, containers, width);
        long bad = burst.calls().stream().filter(call -> !call.isGood()).count();
        burst.calls().stream().filter(call -> !call.isGood()).findFirst().ifPresent(call -> {
            throw new BrokenVariantException(verb + ": " + bad + " of " + containers
                    + " failed, the first: " + call.problem());
        });
        Checks.demandGone(verb, burst.isLeft());
        return burst;
    }

    private void demandDistinct(List<Call> calls) {
        Set<String> addresses = new HashSet<>();
        calls.forEach(call -> addresses.addAll(CniResult.addresses(call.out())));
        Checks.demand(
                addresses.size() == containers,
                "ADD: " + addresses.size() + " addresses for " + containers + " containers");
    }
}
