// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.wire.link.PortVlans;
import dev.culvert.wire.link.PortVlans.Range;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The keys of bridge about VLANs.
 *
 * @param vlan frames without a tag belong to it; 0 for none
 * @param trunk VLANs whose frames keep their tags
 * @param trunked whether the list is there, be it empty
 * @param preserveDefaultVlan whether the port stays in the bridge's default VLAN
 */
record BridgeVlans(int vlan, BitSet trunk, boolean trunked, boolean preserveDefaultVlan) {
    private static final Fields.Range NUMBER =
            new Fields.Range(Integer.MIN_VALUE, Integer.MAX_VALUE);
    private static final int DEFAULT_VLAN = 1;
    private static final int UNTAGGED = PortVlans.PVID | PortVlans.UNTAGGED;

    static BridgeVlans parse(Fields fields, List<String> problems) {
        long vlan = fields.integer("vlan", 0, NUMBER);
        if (vlan < 0 || vlan > PortVlans.ID_MAX) {
            problems.add("vlan: invalid VLAN ID " + vlan + " (must be between 0 and 4094)");
        }
        BitSet trunk = new BitSet();
        for (Field item : fields.list("vlanTrunk")) {
            addTrunk(item, trunk, problems);
        }
        return new BridgeVlans(
                (int) vlan,
                trunk,
                fields.has("vlanTrunk"),
                fields.bool("preserveDefaultVlan", false));
    }

    private static void addTrunk(Field item, BitSet trunk, List<String> problems) {
        Fields fields = item.object();
        int before = problems.size();
        int min = id(fields, "minID", problems);
        int max = id(fields, "maxID", problems);
        int id = id(fields, "id", problems);
        if (problems.size() > before) {
            return;
        }
        if ((min == 0) != (max == 0)) {
            problems.add(item.path() + ": minID and maxID should be configured simultaneously, "
                    + (min == 0 ? "minID" : "maxID") + " is missing");
        } else if (min > max) {
            problems.add(item.path() + ": minID is greater than maxID in trunk parameter");
        } else if (min > 0) {
            trunk.set(min, max + 1);
        }
        if (id > 0) {
            trunk.set(id);
        }
    }

    /** 0 if it is absent. */
    private static int id(Fields fields, String key, List<String> problems) {
        long id = fields.integer(key, 0, NUMBER);
        boolean valid = !fields.has(key) || id >= PortVlans.ID_MIN && id <= PortVlans.ID_MAX;
        if (!valid) {
            problems.add(fields.path(key) + ": incorrect trunk " + key + " parameter " + id
                    + " (must be between 1 and 4094)");
        }
        return valid ? (int) id : 0;
    }

    /** Whether the bridge is to keep VLANs apart. */
    boolean wanted() {
        return vlan != 0 || trunked;
    }

    /** Whether the port stays in the VLAN that it is born in. */
    boolean keepsDefault() {
        return preserveDefaultVlan || vlan == 0 && trunk.isEmpty();
    }

    /**
     * What the port is a member of, by number. Without a VLAN of its own a port with a trunk has
     * the default one for frames without a tag.
     */
    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        if (vlan == 0 && trunk.isEmpty()) {
            return ranges;
        }
        int own = vlan == 0 ? DEFAULT_VLAN : vlan;
        ranges.add(new Range(own, own, UNTAGGED));
        BitSet tagged = (BitSet) trunk.clone();
        tagged.clear(own);
        for (int first = tagged.nextSetBit(0); first >= 0; ) {
            int end = tagged.nextClearBit(first);
            ranges.add(new Range(first, end - 1, 0));
            first = tagged.nextSetBit(end);
        }
        return ranges;
    }
}
