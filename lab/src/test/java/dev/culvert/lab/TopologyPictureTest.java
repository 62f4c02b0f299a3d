// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IfAddr;

import org.junit.jupiter.api.Test;

import java.util.List;

class TopologyPictureTest {
    private static List<IfAddr> addresses(String... texts) {
        return List.of(texts).stream().map(IfAddr::parse).toList();
    }

    private static Topology dualStack() {
        List<IfAddr> gateways = addresses("10.22.0.1/16", "fd00:22::1/64");
        return new Topology(
                new Topology.Bridge("cni0", gateways),
                List.of(
                        new Topology.Leg(
                                "client",
                                "eth0",
                                addresses("10.22.0.2/16", "fd00:22::2/64"),
                                "vetharlj2zbsa36",
                                gateways),
                        new Topology.Leg(
                                "server",
                                "eth0",
                                addresses("10.22.0.3/16", "fd00:22::3/64"),
                                "vetharlz477aeqy",
                                gateways)),
                new Topology.Leg(
                        "edge",
                        "eth0",
                        addresses("10.33.0.2/24", "fd00:33::2/64"),
                        "vethffsuc2btedo",
                        addresses("10.33.0.1/24", "fd00:33::1/64")),
                new Topology.Uplink(
                        "uplink",
                        addresses("192.0.2.1/24", "2001:db8::1/64"),
                        "eth0",
                        addresses("192.0.2.2/24", "2001:db8::2/64")));
    }

    private static Topology ipv4Alone() {
        List<IfAddr> gateways = addresses("10.22.0.1/16");
        return new Topology(
                new Topology.Bridge("br0", gateways),
                List.of(new Topology.Leg(
                        "client", "eth0", addresses("10.22.0.2/16"), "veth0", gateways)),
                new Topology.Leg("edge", "eth0", addresses("10.33.0.2/24"), "veth2", List.of()),
                new Topology.Uplink(
                        "uplink", addresses("192.0.2.1/24"), "eth0", addresses("192.0.2.2/24")));
    }

    @Test
    void dualStack_isDrawnInAsciiWithinEightyColumns() {
        String picture = TopologyPicture.draw(dualStack(), false);

        assertThat(picture).isEqualTo("""
                +------------------------+ +------------------------+ +------------------------+
                | client                 | | server                 | | edge                   |
                | eth0  10.22.0.2/16     | | eth0  10.22.0.3/16     | | eth0  10.33.0.2/24     |
                |       fd00:22::2/64    | |       fd00:22::3/64    | |       fd00:33::2/64    |
                +---+--------------------+ +---+--------------------+ +---+--------------------+
                    |                          |                          |
                +---+--------------------------+--------------------------+--------------------+
                |   | vetharlj2zbsa36          | vetharlz477aeqy          | vethffsuc2btedo    |
                | +-+--------------------------+--------------------+     |                    |
                | | cni0  10.22.0.1/16                              |     | ptp: no bridge     |
                | |       fd00:22::1/64                             |     | 10.33.0.1          |
                | +-------------------------------------------------+     | fd00:33::1         |
                |                                                                              |
                | host     forwards, and masquerades what leaves a network                     |
                | uplink   192.0.2.1/24  2001:db8::1/64                                        |
                +---+--------------------------------------------------------------------------+
                    |
                +---+--------------------------------------------------------------------------+
                | outside  knows no route to the containers                                    |
                | eth0     192.0.2.2/24  2001:db8::2/64                                        |
                +------------------------------------------------------------------------------+
                """);
        assertThat(picture.lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void oneFamilyAndOneContainer_takeFewerRows() {
        String picture = TopologyPicture.draw(ipv4Alone(), true);

        assertThat(picture).isEqualTo("""
                ┌────────────────────────┐ ┌────────────────────────┐
                │ client                 │ │ edge                   │
                │ eth0  10.22.0.2/16     │ │ eth0  10.33.0.2/24     │
                └───┬────────────────────┘ └───┬────────────────────┘
                    │                          │
                ┌───┼──────────────────────────┼───────────────────────────────────────────────┐
                │   │ veth0                    │ veth2                                         │
                │ ┌─┴────────────────────┐     │                                               │
                │ │ br0  10.22.0.1/16    │     │ ptp: no bridge                                │
                │ └──────────────────────┘     ╵                                               │
                │                                                                              │
                │ host     forwards, and masquerades what leaves a network                     │
                │ uplink   192.0.2.1/24                                                        │
                └───┬──────────────────────────────────────────────────────────────────────────┘
                    │
                ┌───┴──────────────────────────────────────────────────────────────────────────┐
                │ outside  knows no route to the containers                                    │
                │ eth0     192.0.2.2/24                                                        │
                └──────────────────────────────────────────────────────────────────────────────┘
                """);
    }
}
