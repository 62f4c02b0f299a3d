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
 */
record Network(
        String program,
        String ifname,
        Optional<String> witness,
        String template,
        boolean makesLink) {
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
                """, false);
    }

    static Network hostLocal(String subnet) {
        return new Network("host-local", "eth0", Optional.empty(), """
                {"cniVersion": "VERSION", "name": "bench", "type": "bridge",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(subnet), false);
    }

    static Network ptp() {
        return new Network("ptp", "eth0", Optional.of(GATEWAY), """
                {"cniVersion": "VERSION", "name": "bench", "type": "ptp",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR",
                          "routes": [{"dst": "0.0.0.0/0"}]}}
                """.formatted(SUBNET), true);
    }

    /** On a master that {@link #links} makes. */
    static Network macvlan() {
        return new Network(
                "macvlan", "eth0", Optional.empty(), """
                {"cniVersion": "VERSION", "name": "bench", "type": "macvlan", "master": "%s",
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(BRIDGE, SUBNET), true);
    }

    /** A setting and two attributes of a link that is there in every namespace. */
    static Network tuning() {
        return new Network("tuning", "lo", Optional.empty(), """
                {"cniVersion": "VERSION", "name": "bench", "type": "tuning", "dataDir": "DATADIR",
                 "sysctl": {"net.ipv4.conf.IFNAME.arp_notify": "1"}, "mtu": 9000, "txQLen": 500,
                 "prevResult": {"cniVersion": "VERSION", "interfaces": [{"name": "lo"}],
                                "ips": [{"address": "127.0.0.1/8", "interface": 0}]}}
                """, false);
    }

    static Network bridge(boolean masquerade) {
        return new Network(
                "bridge",
                "eth0",
                Optional.of(GATEWAY),
                """
                {"cniVersion": "VERSION", "name": "bench", "type": "bridge", "bridge": "%s",
                 "isDefaultGateway": true, "ipMasq": %s,
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": "%s"}]], "dataDir": "DATADIR"}}
                """.formatted(BRIDGE, masquerade, SUBNET),
                true);
    }

    /** What the host has before, in the words of {@code ip -batch}. */
    String links() {
        return program.equals("macvlan")
                ? "link add " + BRIDGE + " type bridge\nlink set " + BRIDGE + " up\n"
                : "";
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
