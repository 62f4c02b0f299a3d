// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ADD and DEL of one container after another.
 *
 * @param crowd how many other containers are attached, by the same plugin, all the time
 */
record AttachScenario(
        String name,
        String title,
        Network network,
        int crowd,
        Optional<Target> addTarget,
        Optional<Target> delTarget)
        implements Scenario {

    @Override
    public List<Row> run(Rig rig) {
        List<Variant> variants = network.makesLink() ? rig.variantsOfDelete() : rig.variants();
        Sheet sheet = new Sheet(variants);
        Map<Peer, Host> hosts = new LinkedHashMap<>();
        try {
            rig.peers()
                    .forEach(p -> hosts.put(p, Host.make(rig, network, name + "-" + p.name(), 1)));
            prepare(sheet, variants, hosts);
            Rounds rounds = new Rounds(rig.rounds());
            for (Variant variant : variants) {
                Host host = hosts.get(variant.peer());
                rounds.add(sheet, variant, round -> addAndDelete(host, variant, round));
            }
            rounds.run();
        } finally {
            hosts.values().forEach(Host::drop);
        }
        return rows(sheet);
    }

    private void prepare(Sheet sheet, List<Variant> variants, Map<Peer, Host> hosts) {
        for (Variant variant : variants) {
            Host host = hosts.get(variant.peer());
            if (!variant.isAcknowledged()) {
                sheet.attempt(variant, () -> host.crowd(variant, crowd));
            }
            sheet.attempt(variant, () -> host.verify(variant));
        }
    }

    private static Map<String, Double> addAndDelete(Host host, Variant variant, int round) {
        Attachment attachment = host.attachment("run" + round + "-" + variant.label(), "0");
        double add = host.run(variant, "ADD", attachment).millis();
        double delete = host.run(variant, "DEL", attachment).millis();
        return Map.of("ADD", add, "DEL", delete);
    }

    private List<Row> rows(Sheet sheet) {
        List<Row> rows = new ArrayList<>();
        rows.add(sheet.row("ADD", Unit.MILLISECONDS, addTarget));
        rows.add(sheet.row("DEL", Unit.MILLISECONDS, delTarget));
        if (network.makesLink()) {
            rows.add(sheet.acknowledgedRow("DEL", Unit.MILLISECONDS));
        }
        return rows;
    }
}
