// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;
import dev.culvert.plugins.hostlocal.Leases;
import dev.culvert.plugins.hostlocal.Leases.Lease;

import java.util.ArrayList;
import java.util.List;

/** What {@code culvert leases} prints: the leases as they were, and what was done to them. */
final class LeaseReport {
    private final List<Lease> leases;
    private final boolean freed;

    /** Looks, and frees those of earlier boots if asked to. */
    LeaseReport(Leases all, boolean free) {
        leases = all.list(free);
        freed = free;
    }

    /** A line for each lease, and the sum. */
    String text() {
        StringBuilder text = new StringBuilder();
        int old = 0;
        for (Lease lease : leases) {
            text.append(Printable.of(lease.network())).append("  ");
            text.append(lease.address()).append("  ").append(Printable.of(lease.holder()));
            if (lease.earlierBoot()) {
                old++;
                text.append(freed ? "  of an earlier boot, freed" : "  of an earlier boot");
            }
            text.append('\n');
        }
        text.append(leases.size()).append(leases.size() == 1 ? " lease, " : " leases, ");
        text.append(old).append(" of an earlier boot");
        return text.append(old > 0 && !freed ? ": --free gives them back\n" : "\n")
                .toString();
    }

    String json() {
        List<Json> items = new ArrayList<>();
        for (Lease lease : leases) {
            items.add(JsonObject.builder()
                    .put("network", lease.network())
                    .put("address", lease.address())
                    .put("holder", lease.holder())
                    .put("earlierBoot", lease.earlierBoot())
                    .put("freed", freed && lease.earlierBoot())
                    .build());
        }
        return new JsonArray(items).pretty() + "\n";
    }
}
