// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The report for people: aligned columns, ratios, targets with ok or MISS. */
final class Table {
    private final Report report;
    private final StringBuilder text = new StringBuilder();

    private Table(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        Table table = new Table(report);
        table.head();
        report.sections().forEach(table::section);
        table.foot();
        return table.text.toString();
    }

    private void head() {
        Machine machine = report.machine();
        line(
                "%s, %d CPUs (%s), load %s, %s",
                machine.kernel(),
                machine.cpus(),
                machine.processor(),
                machine.load(),
                machine.time());
        if (machine.isBusy()) {
            line(
                    "the machine was busy when this began: ratios suffer, because a short process waits longest");
        }
        for (Report.Column column : report.columns()) {
            line(
                    "%s: %s (%s)",
                    column.peer().name(), column.about(), column.peer().directory());
        }
        line(
                "medians and 90th percentiles of at most %d rounds; ratio: ours / %s",
                report.rounds(),
                report.reference().isEmpty() ? "nothing to compare with" : report.reference());
    }

    private void section(Report.Section section) {
        line("");
        line("%s: %s", section.name(), section.title());
        StringBuilder titles = new StringBuilder(String.format("  %-50s %-5s", "", ""));
        for (String name : report.names()) {
            titles.append(String.format(" %10s %9s", name, "p90"));
        }
        line("%s %9s  %s", titles, "ratio", "target");
        section.rows().forEach(this::row);
    }

    private void row(Row row) {
        StringBuilder line = new StringBuilder(
                String.format("  %-50s %-5s", row.what(), row.unit().symbol()));
        List<String> failures = new ArrayList<>();
        for (String name : report.names()) {
            switch (row.cells().get(name)) {
                case Cell.Measured measured -> line.append(numbers(measured.samples(), row.unit()));
                case Cell.Failed failed -> {
                    line.append(String.format(" %10s %9s", "failed", ""));
                    failures.add(name + " failed: " + failed.message());
                }
            }
        }
        line("%s %9s  %s", line, ratio(row.ratio(report.reference())), target(row));
        failures.forEach(failure -> line("      %s", failure));
    }

    private static String numbers(Samples samples, Unit unit) {
        String p90 = samples.count() == 1 ? "" : unit.format(samples.percentile(90));
        return String.format(" %10s %9s", unit.format(samples.median()), p90);
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isEmpty() ? "" : String.format(Locale.ROOT, "%.3f", ratio.getAsDouble());
    }

    private String target(Row row) {
        String wanted = row.target().map(target -> target.text(row.unit())).orElse("");
        return String.format("%-9s %s", wanted, row.verdict(report.reference()).text());
    }

    private void foot() {
        line("");
        line(
                "DEL of ours ran with CULVERT_DELETE=announced: it returns when the kernel has announced that the links");
        line(
                "are gone. \"DEL, acknowledged\" ran with CULVERT_DELETE=acknowledged: it returns when the kernel has done");
        line("its own bookkeeping too, which is what other peers always wait for.");
        line(
                "%s",
                report.missed() == 0
                        ? "no target is missed"
                        : report.missed() + " rows miss their target");
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
