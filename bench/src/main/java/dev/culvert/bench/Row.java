// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of the outcome.
 *
 * @param what what was measured, unique within its scenario
 * @param cells by the peer's name, in the order of the columns
 */
record Row(String what, Unit unit, Map<String, Cell> cells, Optional<Target> target) {
    Row {
        cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
    }

    /** The same row under another name. */
    Row named(String name) {
        return new Row(name, unit, cells, target);
    }

    /** Each peer's own median here divided by its median in another row. */
    Row dividedBy(Row other, String name, Optional<Target> limit) {
        Map<String, Cell> ratios = new LinkedHashMap<>();
        cells.forEach(
                (peer, cell) -> ratios.put(peer, cell.dividedBy(other.cells().get(peer))));
        return new Row(name, Unit.TIMES, ratios, limit);
    }

    OptionalDouble median(String peer) {
        Cell cell = cells.get(peer);
        return cell == null ? OptionalDouble.empty() : cell.median();
    }

    /** Our median divided by the peer's; empty when one of them is missing or the peer's is 0. */
    OptionalDouble ratio(String peer) {
        OptionalDouble ours = median(Peer.OURS);
        OptionalDouble theirs = median(peer);
        boolean comparable = ours.isPresent() && theirs.isPresent() && theirs.getAsDouble() != 0;
        return comparable
                ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
                : OptionalDouble.empty();
    }

    /**
     * Judges by the target. What we failed to do is a miss, target or not.
     *
     * @param reference the peer that ratios are taken to
     */
    Verdict verdict(String reference) {
        OptionalDouble ours = median(Peer.OURS);
        if (ours.isEmpty()) {
            return Verdict.MISSED;
        }
        return target.map(t -> t.judge(ours.getAsDouble(), ratio(reference))).orElse(Verdict.NONE);
    }
}
