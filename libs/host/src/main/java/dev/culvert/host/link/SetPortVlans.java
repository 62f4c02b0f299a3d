// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import dev.culvert.host.Drift;
import dev.culvert.host.Site;
import dev.culvert.host.Step;
import dev.culvert.host.Undo;
import dev.culvert.netlink.Batch;
import dev.culvert.netlink.PortVlanList;
import dev.culvert.wire.link.PortVlans;
import dev.culvert.wire.link.PortVlans.Range;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The VLANs of a port that an earlier step made; before it is up, so that no frame passes in the
 * bridge's default VLAN. They go with the port.
 *
 * @param keepsDefault whether the port stays in the bridge's default VLAN
 */
public record SetPortVlans(String port, List<Range> vlans, boolean keepsDefault) implements Step {
    private static final Range ALL = new Range(PortVlans.ID_MIN, PortVlans.ID_MAX, 0);

    /** Copies the list. */
    public SetPortVlans {
        vlans = List.copyOf(vlans);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        if (!keepsDefault) {
            lines.add("bridge vlan del " + ALL + " dev " + port);
        }
        vlans.forEach(range -> lines.add("bridge vlan add " + range + " dev " + port));
        return lines;
    }

    @Override
    public void apply(Site site, Undo undo) {
        set(site);
    }

    void set(Site site) {
        int index = site.hostLink(port).index();
        Batch batch = site.hostRoute().batch();
        if (!keepsDefault) {
            PortVlanList.remove(batch, port, new PortVlans(index, List.of(ALL)));
        }
        PortVlanList.add(batch, port, new PortVlans(index, vlans));
        site.hostRoute().exchange(batch);
    }

    @Override
    public Optional<Drift> verify(Site site) {
        List<Range> found =
                PortVlanList.of(site.hostRoute(), site.hostLink(port).index());
        for (Range range : vlans) {
            if (found.stream().noneMatch(present -> present.covers(range))) {
                return Drift.missing("VLAN " + range + " on port " + port);
            }
        }
        return keepsDefault ? Optional.empty() : verifyNoOther(found);
    }

    private Optional<Drift> verifyNoOther(List<Range> found) {
        for (Range present : found) {
            if (vlans.stream().noneMatch(range -> range.covers(present))) {
                return Optional.of(
                        new Drift("VLAN " + present + " on port " + port, "absent", "present"));
            }
        }
        return Optional.empty();
    }
}
