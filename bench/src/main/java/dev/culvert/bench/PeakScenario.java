// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How much memory each verb has resident at most, of the process itself: a plugin that executes
 * another one is not charged for it. Runs under ptrace, apart from everything that is timed.
 */
final class PeakScenario implements Scenario {
    private static final Target TARGET = Target.valueAtMost(1.5);
    private static final int ROUNDS = 3;
    private static final List<String> VERBS =
            List.of("VERSION", "ADD", "CHECK", "STATUS", "GC", "DEL");

    @Override
    public String name() {
        return "peak-memory";
    }

    @Override
    public String title() {
        return "peak resident memory (VmHWM at exit) of the process itself";
    }

    /**
     * What is measured.
     *
     * @param taken addresses that others have; each ADD then comes after a foreign change
     */
    private record Subject(Network network, int taken) {
        String name() {
            return "peak-" + network.program() + "-" + taken;
        }

        String row(String verb) {
            String row = network.program() + " " + verb;
            return taken == 0 ? row : String.format(Locale.ROOT, "%s, %,d taken", row, taken);
        }

        void occupy(Leases leases) {
            leases.fill(IntStream.range(0, taken)
                    .mapToObj(AddressPlan.IPV4::address)
                    .toList());
        }
    }

    @Override
    public List<Row> run(Rig rig) {
        Network hostLocal = Network.hostLocal(AddressPlan.IPV4.subnet());
        List<Row> rows = new ArrayList<>();
        for (Subject subject : List.of(
                new Subject(Network.loopback(), 0),
                new Subject(hostLocal, 0),
                new Subject(hostLocal, rig.quick() ? 1_000 : 50_000),
                new Subject(Network.ptp(), 0),
                new Subject(Network.bridge(true), 0))) {
            rows.addAll(measure(rig, subject));
        }
        return rows;
    }

    private static List<Row> measure(Rig rig, Subject subject) {
        Map<String, Sheet> sheets = new LinkedHashMap<>();
        VERBS.forEach(verb -> sheets.put(verb, new Sheet(rig.variants())));
        for (Variant variant : rig.variants()) {
            Host host =
                    Host.make(rig, subject.network(), subject.name() + "-" + variant.label(), 1);
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    // Anew each time: GC takes away what is not on its list.
                    subject.occupy(host.leases());
                    new Life(rig, host, variant, sheets).run();
                }
            } finally {
                host.drop();
            }
        }
        return VERBS.stream().map(verb -> row(subject, verb, sheets.get(verb))).toList();
    }

    private static Row row(Subject subject, String verb, Sheet sheet) {
        Row row = sheet.row(verb, Unit.MEGABYTES, Optional.of(TARGET));
        return new Row(subject.row(verb), row.unit(), row.cells(), row.target());
    }

    /** One attachment from ADD to DEL, with every verb in between. */
    private record Life(Rig rig, Host host, Variant variant, Map<String, Sheet> sheets) {
        void run() {
            Attachment attachment = host.attachment("peak", "0");
            peak("VERSION", host.job(variant, "VERSION", attachment));
            String result = peak("ADD", host.job(variant, "ADD", attachment));
            peak("CHECK", host.checkJob(variant, attachment, result));
            peak("STATUS", host.statusJob(variant));
            peak("GC", host.gcJob(variant, attachment));
            peak("DEL", host.job(variant, "DEL", attachment));
        }

        private String peak(String verb, Job job) {
            String[] out = {""};
            sheets.get(verb).attempt(variant, () -> {
                Launcher.Peak peak = host.enter().peak(job);
                Checks.demandGood(verb, peak.call());
                Checks.demand(
                        peak.kilobytes() > 0, verb + ": ended before its memory could be read");
                sheets.get(verb).note(variant, verb, peak.kilobytes() * 1024 / 1e6);
                out[0] = peak.call().out();
            });
            return out[0];
        }
    }
}
