// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/**
 * A peer in one way of running it. Ours has two, which differ in what DEL waits for.
 *
 * @param delete the value of CULVERT_DELETE, which other peers ignore
 */
record Variant(Peer peer, String delete) {
    static final String ANNOUNCED = "announced";
    static final String ACKNOWLEDGED = "acknowledged";

    boolean isAcknowledged() {
        return delete.equals(ACKNOWLEDGED);
    }

    /** A word for paths and messages, different for each variant. */
    String label() {
        return isAcknowledged() ? peer.name() + "-" + delete : peer.name();
    }
}
