// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A network to measure with.
 *
 * @param program the plugin that is started
 * @param ifname what a container's link is called
 * @param witness an address that answers pings from inside the container after ADD
 * @param template the plugin config; VERSION and DATADIR are filled in
 * @param makesLink whether ADD makes the link and DEL takes it away
 * @param links what the host has before, in the words of {@code ip -batch}
 */
record Network(
        String program,
        String ifname,
        Optional<String> witness,
        String template,
        boolean makesLink,
        String links) {
    /** The host's link to beyond in {@link #uplinked}, its address, and an address out there. */
    static final String UPLINK = "uplink0";

    static final String UPLINK_ADDRESS = "198.51.100.1";
    static final String BEYOND = "198.51.100.2";

    static final String NAME = "bench";
    static final String BRIDGE = "bench0";
    private static final String SUBNET = "10.88.0.0/16";
    private static final String GATEWAY = "10.88.0.1";

    /** The newest version that every peer speaks, Debian's too. */
    static final String VERSION = "1.0.0";

    /** The version that has STATUS and GC. */
    static final String NEWEST_VERSION = "1.1.0";

    static Network loopback() {
        return new Network("loopback", "lo", Optional.of("127.0.0.1"), """
                {"cniVersion": "VERSION", "name": "bench", "type": "loopback"}
                """, false, "");
    }

    static Network hostLocal(String subnet) {
        return new Network(
                "host-local", "eth0", Optional.empty(), """
                {"cniVersion": "VERSION", "name": "bench", "type": "bridge",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(subnet), false, "");
    }

    static Network ptp() {
        return new Network("ptp", "eth0", Optional.of(GATEWAY), """
                {"cniVersion": "VERSION", "name": "bench", "type": "ptp",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR",
                          "routes": [{"dst": "0.0.0.0/0"}]}}
                """.formatted(SUBNET), true, "");
    }

    /** On a master that {@link #links} makes. */
    static Network macvlan() {
        return new Network(
                "macvlan",
                "eth0",
                Optional.empty(),
                """
                {"cniVersion": "VERSION", "name": "bench", "type": "macvlan", "master": "%s",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(BRIDGE, SUBNET),
                true,
                "link add " + BRIDGE + " type bridge\nlink set " + BRIDGE + " up\n");
    }

    /** A setting and two attributes of a link that is there in every namespace. */
    static Network tuning() {
        return new Network("tuning", "lo", Optional.empty(), """
                {"cniVersion": "VERSION", "name": "bench", "type": "tuning", "dataDir": "DATADIR",
                 "sysctl": {"net.ipv4.conf.IFNAME.arp_notify": "1"}, "mtu": 9000, "txQLen": 500,
                 "prevResult": {"cniVersion": "VERSION", "interfaces": [{"name": "lo"}],
                                "ips": [{"address": "127.0.0.1/8", "interface": 0}]}}
                """, false, "");
    }

    static Network bridge(boolean masquerade) {
        return bridge(NAME, BRIDGE, masquerade, SUBNET, GATEWAY, "");
    }

    /** A masqueraded bridge on a host with a link to beyond. */
    static Network uplinked() {
        return bridge(NAME, BRIDGE, true, SUBNET, GATEWAY, """
                link add UPLINK type bridge
                address add ADDRESS/24 dev UPLINK
                link set UPLINK up
                neighbour add BEYOND lladdr 02:00:00:00:00:02 dev UPLINK nud permanent
                """.replace("UPLINK", UPLINK)
                .replace("ADDRESS", UPLINK_ADDRESS)
                .replace("BEYOND", BEYOND));
    }

    /**
     * One of many masqueraded bridges on the same host.
     *
     * @param number from 0 to 9,999
     */
    static Network numbered(int number) {
        String net = "10.%d.%d".formatted(100 + number / 250, number % 250);
        return bridge(NAME + number, BRIDGE + "-" + number, true, net + ".0/24", net + ".1", "");
    }

    private static Network bridge(
            String name,
            String bridge,
            boolean masquerade,
            String subnet,
            String gateway,
            String links) {
        return new Network(
                "bridge",
                "eth0",
                Optional.of(gateway),
                """
                {"cniVersion": "VERSION", "name": "%s", "type": "bridge", "bridge": "%s",
                 "isDefaultGateway": true, "ipMasq": %s,
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(name, bridge, masquerade, subnet),
                true,
                links);
    }

    boolean hasLeases() {
        return template.contains("host-local");
    }

    String config(String version, Path dataDir) {
        return template.replace("VERSION", version)
                .replace("DATADIR", dataDir.toString())
                .strip();
    }
}
