// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

/** Whether reservations of containers that cannot live any more may be given to others. */
enum Reclaim {
    /** Only DEL and GC free an address, as with the reference. */
    NEVER("never"),
    /**
     * A reservation from before this machine was started is taken over by an ADD of the same
     * attachment, and freed when its range is exhausted or its address is asked for.
     */
    EARLIER_BOOT("earlier-boot");

    private final String text;

    Reclaim(String text) {
        this.text = text;
    }

    /** As it stands in the configuration. */
    String text() {
        return text;
    }
}
