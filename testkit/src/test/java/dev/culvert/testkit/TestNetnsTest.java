// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

@InNetns
final class TestNetnsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @Test
    void twoNamespaces_exchangePackets() throws Exception {
        try (TestNetns a = TestNetns.create("a");
                TestNetns b = TestNetns.create("b")) {
            a.witness()
                    .run(
                            "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0",
                            "netns", b.name());
            configure(a, 1);
            configure(b, 2);

            try (EchoServer tcp = b.openTcpEcho(7);
                    EchoServer udp = b.openUdpEcho(7)) {
                assertThat(a.ping("10.7.0.2")).isTrue();
                assertThat(a.tcpExchange("10.7.0.2", 7, LIMIT)).isLessThan(LIMIT);
                assertThat(a.tcpExchange("fd07::2", 7, LIMIT)).isLessThan(LIMIT);
                a.udpExchange("10.7.0.2", 7, LIMIT);
                a.udpExchange("fd07::2", 7, LIMIT);
                assertThat(tcp.peers()).containsExactly("10.7.0.1", "fd07:0:0:0:0:0:0:1");
                assertThat(udp.peers()).hasSize(2);
            }
        }
    }

    private static void configure(TestNetns netns, int host) {
        netns.witness().run("ip", "addr", "add", "10.7.0." + host + "/24", "dev", "eth0");
        netns.witness().run("ip", "addr", "add", "fd07::" + host + "/64", "dev", "eth0", "nodad");
        netns.witness().run("ip", "link", "set", "eth0", "up");
    }

    @Test
    void nobodyThere_isAnError() throws Exception {
        try (TestNetns a = TestNetns.create("a")) {
            assertThat(a.ping("10.7.0.2")).isFalse();
            assertThatThrownBy(() -> a.tcpExchange("127.0.0.1", 7, LIMIT))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> a.udpExchange("127.0.0.1", 7, Duration.ofMillis(50)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void close_removesTheName() {
        TestNetns netns = TestNetns.create("gone");

        netns.close();
        netns.close();

        assertThat(Files.exists(Path.of(netns.path()))).isFalse();
    }
}
