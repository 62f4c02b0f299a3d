// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Real packets: two containers behind this host, routed, and a host outside that knows no way back
 * to them.
 */
@InNetns(mayLeave = true)
class MasqueradePacketTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int PORT = 7000;

    private final Witness witness = new Witness();
    private final Site site = new Site(new FfmLibc(), Optional.empty());
    private TestNetns one;
    private TestNetns two;
    private TestNetns outside;

    @BeforeEach
    void connect() {
        witness.run(
                "sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        one = container("one", "10.1.0.2", "fd00:1::2");
        two = container("two", "10.1.0.3", "fd00:1::3");
        outside = TestNetns.create("outside");
        pair("outside", outside);
        witness.run("ip", "addr", "add", "192.0.2.1/24", "dev", "outside");
        witness.run("ip", "addr", "add", "2001:db8::1/64", "dev", "outside", "nodad");
        outside.witness().run("ip", "addr", "add", "192.0.2.2/24", "dev", "eth0");
        outside.witness().run("ip", "addr", "add", "2001:db8::2/64", "dev", "eth0", "nodad");
    }

    @AfterEach
    void close() {
        site.close();
        List.of(one, two, outside).forEach(TestNetns::close);
    }

    private void pair(String link, TestNetns netns) {
        witness.run(
                "ip",
                "link",
                "add",
                link,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                netns.name());
        witness.run("ip", "link", "set", link, "up");
        netns.witness().run("ip", "link", "set", "eth0", "up");
    }

    private TestNetns container(String name, String ipv4, String ipv6) {
        TestNetns netns = TestNetns.create(name);
        pair(name, netns);
        witness.run("ip", "addr", "add", "10.1.0.1/32", "dev", name);
        witness.run("ip", "addr", "add", "fd00:1::1/128", "dev", name, "nodad");
        witness.run("ip", "route", "add", ipv4, "dev", name);
        witness.run("ip", "route", "add", ipv6, "dev", name);
        Witness inside = netns.witness();
        inside.run("ip", "addr", "add", ipv4 + "/32", "dev", "eth0");
        inside.run("ip", "addr", "add", ipv6 + "/128", "dev", "eth0", "nodad");
        inside.run("ip", "route", "add", "default", "via", "10.1.0.1", "dev", "eth0", "onlink");
        inside.run("ip", "route", "add", "default", "via", "fd00:1::1", "dev", "eth0", "onlink");
        return netns;
    }

    private static Mark mark(String id) {
        return new Mark("blue", id, "eth0");
    }

    private void masqueradeOne() {
        masqueradeOne("10.1.0.2/24", "fd00:1::2/64");
    }

    private void masqueradeOne(String ipv4, String ipv6) {
        Undo undo = new Undo();
        Masquerade.of(mark("one"), List.of(IfAddr.parse(ipv4), IfAddr.parse(ipv6)))
                .apply(site, undo);
        undo.commit();
    }

    @Test
    void packetsBeyondTheSubnet_leaveWithTheHostsAddress() throws Exception {
        masqueradeOne();

        try (EchoServer udp = outside.openUdpEcho(PORT);
                EchoServer tcp = outside.openTcpEcho(PORT)) {
            one.udpExchange("192.0.2.2", PORT, LIMIT);
            one.udpExchange("2001:db8::2", PORT, LIMIT);
            one.tcpExchange("192.0.2.2", PORT, LIMIT);
            one.tcpExchange("2001:db8::2", PORT, LIMIT);

            assertThat(udp.peers()).containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1");
            assertThat(tcp.peers()).containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1");
        }
    }

    @Test
    void packetsWithinTheSubnet_keepTheirSource() throws Exception {
        masqueradeOne();

        try (EchoServer udp = two.openUdpEcho(PORT)) {
            one.udpExchange("10.1.0.3", PORT, LIMIT);
            one.udpExchange("fd00:1::3", PORT, LIMIT);

            assertThat(udp.peers()).containsExactly("10.1.0.2", "fd00:1:0:0:0:0:0:2");
        }
    }

    /** The smallest subnet that holds both containers, and single addresses. */
    @ParameterizedTest
    @CsvSource({
        "10.1.0.2/31, fd00:1::2/127, 10.1.0.2, fd00:1:0:0:0:0:0:2",
        "10.1.0.2/32, fd00:1::2/128, 10.1.0.1, fd00:1:0:0:0:0:0:1"
    })
    void subnetOfAnyLength_isWhereTheSourceIsKept(
            String ipv4, String ipv6, String seen4, String seen6) throws Exception {
        masqueradeOne(ipv4, ipv6);

        try (EchoServer udp = two.openUdpEcho(PORT)) {
            one.udpExchange("10.1.0.3", PORT, LIMIT);
            one.udpExchange("fd00:1::3", PORT, LIMIT);

            assertThat(udp.peers()).containsExactly(seen4, seen6);
        }
    }

    /**
     * Each is compared with its own subnet, not with a neighbour's of the same length; and a chain
     * that came first lets others' packets go on.
     */
    @Test
    void otherSubnetOfTheSameLength_isBeyond() throws Exception {
        Undo undo = new Undo();
        Masquerade.of(mark("three"), List.of(IfAddr.parse("10.3.0.2/24"))).apply(site, undo);
        masqueradeOne("10.1.0.2/31", "fd00:1::2/127");
        Masquerade.of(mark("four"), List.of(IfAddr.parse("192.0.2.2/31"))).apply(site, undo);
        undo.commit();

        try (EchoServer udp = outside.openUdpEcho(PORT)) {
            one.udpExchange("192.0.2.2", PORT, LIMIT);

            assertThat(udp.peers()).containsExactly("192.0.2.1");
        }
    }

    @Test
    void containersWithoutAnElement_areNotMasqueraded() throws Exception {
        masqueradeOne();

        try (EchoServer udp = outside.openUdpEcho(PORT)) {
            assertThatThrownBy(() -> two.udpExchange("192.0.2.2", PORT, SHORT))
                    .isInstanceOf(java.io.IOException.class);
            assertThat(udp.peers()).containsOnly("10.1.0.3");
        }
    }

    @Test
    void afterRemoval_nothingIsMasqueraded() throws Exception {
        masqueradeOne();
        Masquerade.remove(site, mark("one"));

        try (EchoServer udp = outside.openUdpEcho(PORT)) {
            assertThatThrownBy(() -> one.udpExchange("192.0.2.2", PORT, SHORT))
                    .isInstanceOf(java.io.IOException.class);
            assertThat(udp.peers()).containsOnly("10.1.0.2");
        }
    }
}
