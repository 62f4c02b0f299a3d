// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonNumber;
import dev.culvert.json.JsonObject;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The report for machines. {@code docs/benchmarks.md} describes its members. */
final class JsonReport {
    private final Report report;

    private JsonReport(Report report) {
        this.report = report;
    }

    /**
     * Writes the report, with a newline at the end.
     *
     * @param words the options of the run
     */
    static String of(Report report, List<String> words) {
        return new JsonReport(report).write(words);
    }

    private String write(List<String> words) {
        JsonObject.Builder out = JsonObject.builder()
                .put("options", JsonArray.ofStrings(words))
                .put("machine", machine(report.machine()))
                .put("rounds", report.rounds())
                .put("quick", report.quick())
                .put("reference", report.reference())
                .put(
                        "peers",
                        new JsonArray(
                                report.columns().stream().map(JsonReport::peer).toList()))
                .put("missed", report.missed())
                .put(
                        "scenarios",
                        new JsonArray(
                                report.sections().stream().map(this::section).toList()));
        return out.build().pretty() + "\n";
    }

    private static Json machine(Machine machine) {
        return JsonObject.builder()
                .put("kernel", machine.kernel())
                .put("processor", machine.processor())
                .put("cpus", machine.cpus())
                .put("load", machine.load())
                .put("time", machine.time())
                .build();
    }

    private static Json peer(Report.Column column) {
        return JsonObject.builder()
                .put("name", column.peer().name())
                .put("directory", column.peer().directory().toString())
                .put("about", column.about())
                .build();
    }

    private Json section(Report.Section section) {
        return JsonObject.builder()
                .put("name", section.name())
                .put("title", section.title())
                .put("seconds", decimal(section.seconds()))
                .put(
                        "rows",
                        new JsonArray(section.rows().stream().map(this::row).toList()))
                .build();
    }

    private Json row(Row row) {
        JsonObject.Builder cells = JsonObject.builder();
        JsonObject.Builder ratios = JsonObject.builder();
        row.cells().forEach((peer, cell) -> {
            cells.put(peer, cell(cell));
            OptionalDouble ratio = row.ratio(peer);
            if (ratio.isPresent() && !peer.equals(Peer.OURS)) {
                ratios.put(peer, decimal(ratio.getAsDouble()));
            }
        });
        JsonObject.Builder out = JsonObject.builder()
                .put("what", row.what())
                .put("unit", row.unit().symbol())
                .put("cells", cells.build())
                .put("oursDividedBy", ratios.build());
        row.target()
                .ifPresent(target -> out.put(
                        "target",
                        JsonObject.builder()
                                .put("kind", target.kind().name().toLowerCase(Locale.ROOT))
                                .put("limit", decimal(target.limit()))
                                .build()));
        return out.put("verdict", row.verdict(report.reference()).name().toLowerCase(Locale.ROOT))
                .build();
    }

    private static Json cell(Cell cell) {
        return switch (cell) {
            case Cell.Failed failed ->
                JsonObject.builder().put("failed", failed.message()).build();
            case Cell.Measured measured ->
                JsonObject.builder()
                        .put("median", decimal(measured.samples().median()))
                        .put("p90", decimal(measured.samples().percentile(90)))
                        .put("min", decimal(measured.samples().min()))
                        .put("count", measured.samples().count())
                        .build();
        };
    }

    private static JsonNumber decimal(double value) {
        return new JsonNumber(String.format(Locale.ROOT, "%.5f", value));
    }
}
