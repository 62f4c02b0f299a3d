// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.portmap;

import static dev.culvert.plugins.portmap.PortmapTest.map;
import static dev.culvert.plugins.portmap.PortmapTest.with;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Real packets: two containers of a bridge, this host, and a host outside. */
@InNetns(mayLeave = true)
final class PortmapPacketTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final int PORT = 8080;
    private static final int INSIDE = 80;

    private final Witness witness = new Witness();
    private final TestNetwork bridge = TestNetwork.bridge("net")
            .with("bridge", "\"br0\"")
            .with("isGateway", "true")
            // Where br_netfilter translates on the bridge, a port gets its own packets back.
            .with("hairpinMode", "true")
            .withRoutes("{\"dst\":\"0.0.0.0/0\"}", "{\"dst\":\"::/0\"}");
    private Pod one;
    private Pod two;
    private TestNetns outside;
    private TestNetwork first;
    private TestNetwork second;

    @BeforeEach
    void connect() {
        one = Pod.open("one");
        two = Pod.open("two");
        first = portmap(one, "10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1");
        second = portmap(two, "10.1.0.3/24 via 10.1.0.1", "fd00:1::3/64 via fd00:1::1");
        outside = TestNetns.create("outside");
        witness.run(
                "ip",
                "link",
                "add",
                "outside",
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                outside.name());
        witness.run("ip", "link", "set", "outside", "up");
        witness.run("ip", "addr", "add", "192.0.2.1/24", "dev", "outside");
        witness.run("ip", "addr", "add", "2001:db8::1/64", "dev", "outside", "nodad");
        Witness there = outside.witness();
        there.run("ip", "link", "set", "eth0", "up");
        there.run("ip", "addr", "add", "192.0.2.2/24", "dev", "eth0");
        there.run("ip", "addr", "add", "2001:db8::2/64", "dev", "eth0", "nodad");
        there.run("ip", "route", "add", "default", "via", "192.0.2.1");
        there.run("ip", "route", "add", "default", "via", "2001:db8::1");
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        outside.close();
    }

    private TestNetwork portmap(Pod pod, String... ips) {
        return TestNetwork.portmap("net").withResult(bridge.withIps(ips).add(pod));
    }

    private static void connectFromHere(String address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, PORT), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void fromOutside_reachesTheContainer_withItsOwnAddress(String host) throws Exception {
        with(first, map(PORT, INSIDE, "tcp", ""), map(PORT, INSIDE, "udp", "")).add(one);

        try (EchoServer tcp = one.netns().openTcpEcho(INSIDE);
                EchoServer udp = one.netns().openUdpEcho(INSIDE)) {
            outside.tcpExchange(host, PORT, LIMIT);
            outside.udpExchange(host, PORT, LIMIT);

            String client = host.contains(":") ? "2001:db8:0:0:0:0:0:2" : "192.0.2.2";
            assertThat(tcp.peers()).containsExactly(client);
            assertThat(udp.peers()).containsExactly(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "127.0.0.1", "127.0.0.2", "10.1.0.1"})
    void fromThisHost_reachesTheContainer(String address) throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).add(one);

        try (EchoServer server = one.netns().openTcpEcho(INSIDE)) {
            connectFromHere(address);

            assertThat(server.peers()).hasSize(1);
            assertThat(server.peers().get(0)).doesNotStartWith("127.");
        }
    }

    @Test
    void localhostOfIpv6_isThisHostsOwn() throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).add(one);

        assertThatThrownBy(() -> connectFromHere("::1")).hasMessageContaining("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void fromTheContainerItself_andItsNeighbour_reachesTheContainer(String host) throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).add(one);

        try (EchoServer server = one.netns().openTcpEcho(INSIDE)) {
            one.netns().tcpExchange(host, PORT, LIMIT);
            two.netns().tcpExchange(host, PORT, LIMIT);

            assertThat(server.peers()).hasSize(2);
        }
    }

    @Test
    void masqAll_givesEveryClientThisHostsAddress() throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).with("masqAll", "true").add(one);

        try (EchoServer server = one.netns().openTcpEcho(INSIDE)) {
            outside.tcpExchange("192.0.2.1", PORT, LIMIT);
            outside.tcpExchange("2001:db8::1", PORT, LIMIT);
            connectFromHere("127.0.0.1");

            assertThat(server.peers())
                    .containsExactly("10.1.0.1", "fd00:1:0:0:0:0:0:1", "10.1.0.1");
        }
    }

    @Test
    void portOfOneAddress_isNotThatOfAnother() throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "192.0.2.1")).add(one);
        with(second, map(PORT, INSIDE, "tcp", "")).add(two);

        try (EchoServer ofOne = one.netns().openTcpEcho(INSIDE);
                EchoServer ofTwo = two.netns().openTcpEcho(INSIDE)) {
            outside.tcpExchange("192.0.2.1", PORT, LIMIT);
            assertThat(ofOne.peers()).hasSize(1);
            connectFromHere("10.1.0.1");
            assertThat(ofTwo.peers()).hasSize(1);
        }
    }

    @Test
    void packetsForOthers_areLeftAlone() throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).add(one);

        try (EchoServer server = outside.openTcpEcho(PORT)) {
            two.netns().tcpExchange("192.0.2.2", PORT, LIMIT);

            assertThat(server.peers()).containsExactly("10.1.0.3");
        }
    }

    @Test
    void neighbours_doNotReachThisHostsOwnLocalhost() throws Exception {
        with(first, map(PORT, INSIDE, "tcp", "")).add(one);
        Witness neighbour = two.netns().witness();
        neighbour.run("sysctl", "-q", "-w", "net.ipv4.conf.all.route_localnet=1");
        neighbour.run("ip", "route", "del", "127.0.0.0/8", "table", "local", "dev", "lo");
        neighbour.run("ip", "addr", "flush", "dev", "lo");
        neighbour.run("ip", "route", "add", "127.0.0.1/32", "via", "10.1.0.1");

        try (DatagramSocket server = new DatagramSocket(7777, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> two.netns().udpExchange("127.0.0.1", 7777, SHORT))
                    .isInstanceOf(IOException.class);
            server.setSoTimeout(50);
            assertThatThrownBy(() -> server.receive(new DatagramPacket(new byte[9], 9)))
                    .isInstanceOf(IOException.class);

            witness.run("nft", "flush", "chain", "inet", "culvert_portmap", "guard");
            assertThatThrownBy(() -> two.netns().udpExchange("127.0.0.1", 7777, SHORT))
                    .isInstanceOf(IOException.class);
            server.receive(new DatagramPacket(new byte[9], 9));
        }
    }

    @Test
    void removedPort_isGone() throws Exception {
        TestNetwork network = with(first, map(PORT, INSIDE, "tcp", ""));
        network.add(one);
        network.del(one);

        assertThatThrownBy(() -> outside.tcpExchange("192.0.2.1", PORT, SHORT))
                .isInstanceOf(IOException.class);
    }

    /** One socket all the time, as a resolver has: its flow never ends by itself. */
    private String askByUdp(DatagramSocket client, String host) throws IOException {
        client.send(new DatagramPacket(new byte[] {'x'}, 1, InetAddress.getByName(host), PORT));
        client.setSoTimeout((int) SHORT.toMillis());
        DatagramPacket answer = new DatagramPacket(new byte[9], 9);
        client.receive(answer);
        return answer.getAddress().getHostAddress();
    }

    @Test
    void flowOfUdp_followsThePortToItsNextOwner_andOthersFlowsStay() throws Exception {
        TestNetwork network = with(first, map(PORT, INSIDE, "udp", ""));
        network.add(one);
        DatagramSocket client = outside.call(() -> new DatagramSocket());
        DatagramSocket other = two.netns().call(() -> new DatagramSocket());
        try (client;
                other;
                EchoServer ofOne = one.netns().openUdpEcho(INSIDE);
                EchoServer ofTwo = two.netns().openUdpEcho(INSIDE);
                EchoServer there = outside.openUdpEcho(PORT)) {
            askByUdp(client, "192.0.2.1");
            askByUdp(other, "192.0.2.2");
            assertThat(flows()).hasSize(2);

            network.del(one);
            assertThat(flows()).hasSize(1);
            assertThatThrownBy(() -> askByUdp(client, "192.0.2.1")).isInstanceOf(IOException.class);
            // By now there is a flow that ends here.
            with(second, map(PORT, INSIDE, "udp", "")).add(two);
            assertThat(flows()).hasSize(1);
            askByUdp(client, "192.0.2.1");

            assertThat(ofOne.peers()).hasSize(1);
            assertThat(ofTwo.peers()).hasSize(1);
            assertThat(there.peers()).containsExactly("10.1.0.3");
        }
    }

    private List<String> flows() {
        return witness.run("conntrack", "-L", "-p", "udp", "--orig-port-dst", "" + PORT)
                .lines()
                .filter(line -> line.contains("dport=" + PORT))
                .toList();
    }
}
