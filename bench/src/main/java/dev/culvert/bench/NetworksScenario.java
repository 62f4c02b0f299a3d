// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One masqueraded container on a host that has more and more networks, with a container in each; or
 * that had them and removed them. All hosts are there at once and take turns.
 */
final class NetworksScenario implements Scenario {
    private static final Target SAME = Target.valueAtMost(1.1);
    private static final String FLOW = "first packet of a flow";
    private static final int FLOWS = 1;
    private static final Map<String, Unit> MEASURED = new LinkedHashMap<>();

    static {
        MEASURED.put("ADD", Unit.MILLISECONDS);
        MEASURED.put("DEL", Unit.MILLISECONDS);
        MEASURED.put(FLOW, Unit.MICROSECONDS);
    }

    /** A host by its other networks. */
    private record Stage(int networks, boolean removed, Sheet sheet) {
        String label() {
            return String.format(
                    Locale.ROOT,
                    removed ? "%,d others made and removed" : "%,d other networks",
                    networks);
        }

        Row row(String what) {
            return sheet.row(what, MEASURED.get(what), Optional.empty())
                    .named(what + ", " + label());
        }
    }

    @Override
    public String name() {
        return "networks";
    }

    @Override
    public String title() {
        return "bridge + host-local + ipMasq beside many other networks";
    }

    @Override
    public List<Row> run(Rig rig) {
        int most = rig.quick() ? 20 : 500;
        List<Stage> stages = new ArrayList<>();
        for (int others : rig.quick() ? List.of(0, most) : List.of(0, 50, most)) {
            stages.add(new Stage(others, false, new Sheet(rig.variants())));
        }
        stages.add(new Stage(most, true, new Sheet(rig.variants())));
        List<Host> hosts = new ArrayList<>();
        Rounds rounds = new Rounds(rig.rounds());
        try {
            for (Stage stage : stages) {
                for (Variant variant : rig.variants()) {
                    hosts.add(prepare(rig, stage, variant, rounds));
                }
            }
            rounds.run();
        } finally {
            hosts.forEach(Host::drop);
        }
        return rows(stages);
    }

    private Host prepare(Rig rig, Stage stage, Variant variant, Rounds rounds) {
        String name = name() + "-" + stage.networks() + (stage.removed() ? "-removed-" : "-")
                + variant.label();
        Host host = Host.make(rig, Network.uplinked(), name, 1);
        stage.sheet().attempt(variant, () -> {
            host.verify(variant);
            host.networks(variant, stage.networks(), stage.removed());
        });
        rounds.add(stage.sheet(), variant, round -> measure(host, variant, round));
        return host;
    }

    /**
     * DEL takes longer after many flows, whoever made the attachment: these have one of their own.
     */
    private static Map<String, Double> measure(Host host, Variant variant, int round) {
        Attachment quiet = host.attachment("run" + round, "0");
        double add = host.run(variant, "ADD", quiet).millis();
        double delete = host.run(variant, "DEL", quiet).millis();
        Attachment busy = host.attachment("flows" + round, "0");
        host.run(variant, "ADD", busy);
        long nanos = host.enter()
                .flows(busy.netns(), Network.BEYOND, FLOWS, Network.UPLINK, Network.UPLINK_ADDRESS);
        host.run(variant, "DEL", busy);
        return Map.of("ADD", add, "DEL", delete, FLOW, nanos / 1e3 / FLOWS);
    }

    private static List<Row> rows(List<Stage> stages) {
        List<Row> rows = new ArrayList<>();
        for (String what : MEASURED.keySet()) {
            stages.forEach(stage -> rows.add(stage.row(what)));
        }
        Stage none = stages.getFirst();
        for (Stage stage : stages.subList(stages.size() - 2, stages.size())) {
            for (String what : MEASURED.keySet()) {
                Row row = stage.row(what);
                // Links that are there cost the kernel time in every change; those that are gone
                // must not.
                Optional<Target> target =
                        stage.removed() || what.equals(FLOW) ? Optional.of(SAME) : Optional.empty();
                rows.add(row.dividedBy(none.row(what), row.what() + ", against none", target));
            }
        }
        return rows;
    }
}
