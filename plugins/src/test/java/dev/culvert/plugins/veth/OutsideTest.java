// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

/** What a server beyond the host sees of a container. */
@InNetns(mayLeave = true)
final class OutsideTest {
    private static final int PORT = 7007;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Ip host = Ip.host();
    private TestNetns outside;
    private Pod pod;

    @BeforeEach
    void open() {
        outside = TestNetns.create("outside");
        pod = Pod.open("a");
        host.run("link add up0 type veth peer name eth0 netns " + outside.name());
        // Neither end probes for its own addresses first.
        host.sysctl("net/ipv6/conf/up0/accept_dad", "0");
        outside.witness().run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad");
        host.batch(
                "link set up0 up\naddr add 192.0.2.1/24 dev up0\naddr add 2001:db8::1/64 dev up0 nodad\n");
        outside.witness()
                .runWith(
                        "link set eth0 up\naddr add 192.0.2.9/24 dev eth0\naddr add 2001:db8::9/64 dev eth0 nodad\n"
                                + "route add 10.1.0.0/24 via 192.0.2.1\nroute add fd00:1::/64 via 2001:db8::1\n",
                        "ip",
                        "-batch",
                        "-");
    }

    @AfterEach
    void close() {
        pod.close();
        outside.close();
    }

    @ParameterizedTest
    @EnumSource
    void masqueradedContainer_looksLikeTheHost(Kind kind) throws Exception {
        TestNetwork network = kind.network("net").with("ipMasq", "true");
        network.add(pod);
        try (EchoServer server = outside.openTcpEcho(PORT)) {
            pod.netns().tcpExchange("192.0.2.9", PORT, LIMIT);
            pod.netns().tcpExchange("2001:db8::9", PORT, LIMIT);

            assertThat(server.peers()).containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1");
        }
        network.del(pod);
    }

    @ParameterizedTest
    @EnumSource
    void containerWithoutMasquerade_looksLikeItselfAndIsReached(Kind kind) throws Exception {
        TestNetwork network = kind.network("net");
        network.add(pod);
        try (EchoServer server = outside.openTcpEcho(PORT);
                EchoServer inside = pod.netns().openTcpEcho(PORT)) {
            pod.netns().tcpExchange("192.0.2.9", PORT, LIMIT);
            pod.netns().tcpExchange("2001:db8::9", PORT, LIMIT);
            outside.tcpExchange("10.1.0.2", PORT, LIMIT);
            outside.tcpExchange("fd00:1::2", PORT, LIMIT);

            assertThat(server.peers()).containsExactly("10.1.0.2", "fd00:1:0:0:0:0:0:2");
            assertThat(inside.peers()).containsExactly("192.0.2.9", "2001:db8:0:0:0:0:0:9");
        }
        network.del(pod);
    }
}
