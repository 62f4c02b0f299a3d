// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.util.List;

/** One thing to measure with all peers; leaves nothing behind for the next. */
interface Scenario {
    /** Short, for {@code --only}. */
    String name();

    /** A line for people: what the plugins do here. */
    String title();

    /** Measures; a peer that fails is reported in its cells, never by an exception. */
    List<Row> run(Rig rig);
}
