// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.List;

/**
 * The outcome of a run.
 *
 * @param reference the peer that ratios are taken to; empty when there is none
 */
record Report(
        Machine machine,
        List<Column> columns,
        String reference,
        int rounds,
        boolean quick,
        List<Section> sections) {

    /** A peer, with the first line of what its bridge plugin says about itself. */
    record Column(Peer peer, String about) {}

    /** What one scenario gave. */
    record Section(String name, String title, List<Row> rows, double seconds) {}

    List<String> names() {
        return columns.stream().map(column -> column.peer().name()).toList();
    }

    /** How many rows miss their target or have no number of ours at all. */
    long missed() {
        return sections.stream()
                .flatMap(section -> section.rows().stream())
                .filter(row -> row.verdict(reference) == Verdict.MISSED)
                .count();
    }
}
