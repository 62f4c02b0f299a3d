// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.net.IfAddr;

import java.util.ArrayList;
import java.util.List;

/** A topology drawn with characters, 80 columns wide for three containers. */
final class TopologyPicture {
    private static final int BOX = 26;
    private static final int STEP = BOX + 1;
    /** The host has as much to say with fewer containers. */
    private static final int LEAST_BOXES = 3;
    /** Where a container's line leaves its box; so far left that the link's name fits beside it. */
    private static final int LINE = 4;

    private final Topology topology;
    private final Canvas canvas;
    private final int addressRows;
    private final int right;

    private TopologyPicture(Topology topology) {
        this.topology = topology;
        List<Topology.Leg> legs = legs(topology);
        addressRows = Math.max(
                1, legs.stream().mapToInt(leg -> leg.addresses().size()).max().orElse(1));
        right = Math.max(legs.size(), LEAST_BOXES) * STEP - 2;
        canvas = new Canvas(right + 1, bottomOfHost() + 6);
    }

    /** Draws it with box-drawing characters or in ASCII; every line ends with a newline. */
    static String draw(Topology topology, boolean unicode) {
        TopologyPicture picture = new TopologyPicture(topology);
        picture.drawHost();
        picture.drawContainers();
        picture.drawOutside();
        return picture.canvas.draw(unicode);
    }

    private static List<Topology.Leg> legs(Topology topology) {
        List<Topology.Leg> legs = new ArrayList<>(topology.bridged());
        legs.add(topology.routed());
        return legs;
    }

    private int topOfHost() {
        return addressRows + 4;
    }

    private int topOfBridge() {
        return topOfHost() + 2;
    }

    private int bottomOfHost() {
        return topOfBridge() + addressRows + 5;
    }

    private void drawContainers() {
        List<Topology.Leg> legs = legs(topology);
        for (int i = 0; i < legs.size(); i++) {
            Topology.Leg leg = legs.get(i);
            int left = i * STEP;
            boolean bridged = i < legs.size() - 1;
            canvas.box(left, 0, left + BOX - 1, addressRows + 2);
            canvas.text(left + 2, 1, leg.container());
            canvas.text(left + 2, 2, leg.link());
            column(left + 8, 2, leg.addresses());
            // A link of its own ends where the host's addresses on it are written.
            int end = bridged
                    ? topOfBridge()
                    : topOfBridge() + Math.max(1, leg.gateways().size()) + 1;
            canvas.vertical(left + LINE, addressRows + 2, end);
            canvas.text(left + LINE + 2, topOfHost() + 1, leg.hostLink());
        }
        Topology.Leg routed = topology.routed();
        int left = (legs.size() - 1) * STEP + LINE + 2;
        canvas.text(left, topOfBridge() + 1, "ptp: no bridge");
        for (int i = 0; i < routed.gateways().size(); i++) {
            canvas.text(
                    left,
                    topOfBridge() + 2 + i,
                    routed.gateways().get(i).address().toString());
        }
    }

    private void drawHost() {
        Topology.Bridge bridge = topology.bridge();
        canvas.box(0, topOfHost(), right, bottomOfHost());
        canvas.box(
                2,
                topOfBridge(),
                topology.bridged().size() * STEP - 2,
                topOfBridge() + addressRows + 1);
        canvas.text(4, topOfBridge() + 1, bridge.name());
        column(4 + bridge.name().length() + 2, topOfBridge() + 1, bridge.addresses());
        Topology.Uplink uplink = topology.uplink();
        canvas.text(
                2, bottomOfHost() - 2, "host     forwards, and masquerades what leaves a network");
        canvas.text(2, bottomOfHost() - 1, pad(uplink.hostLink()) + inLine(uplink.host()));
    }

    private void drawOutside() {
        Topology.Uplink uplink = topology.uplink();
        int top = bottomOfHost() + 2;
        canvas.vertical(LINE, bottomOfHost(), top);
        canvas.box(0, top, right, top + 3);
        canvas.text(2, top + 1, "outside  knows no route to the containers");
        canvas.text(2, top + 2, pad(uplink.outsideLink()) + inLine(uplink.outside()));
    }

    private void column(int column, int row, List<IfAddr> addresses) {
        for (int i = 0; i < addresses.size(); i++) {
            canvas.text(column, row + i, addresses.get(i).toString());
        }
    }

    private static String pad(String name) {
        return name + " ".repeat(Math.max(1, 9 - name.length()));
    }

    private static String inLine(List<IfAddr> addresses) {
        return String.join("  ", addresses.stream().map(IfAddr::toString).toList());
    }
}
