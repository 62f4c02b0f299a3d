// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.EchoServer;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** When ADD returns, traffic flows: a lost packet would come again after a second. */
@InNetns(mayLeave = true)
final class FirstExchangeTest {
    private static final int ROUNDS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration WITHOUT_A_LOSS = Duration.ofMillis(900);

    private static TestNetwork network(String style) {
        return switch (style) {
            case "bridge" ->
                TestNetwork.bridge("net")
                        .with("bridge", "\"br0\"")
                        .with("isDefaultGateway", "true");
            case "proxyArp" -> TestNetwork.ptp("net").with("gatewayStyle", "\"proxyArp\"");
            default -> TestNetwork.ptp("net");
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp", "proxyArp"})
    void firstExchangeOfEitherSide_isAnsweredAtOnce(String style) throws Exception {
        TestNetwork network =
                network(style).withIps("10.1.0.2/24 via 10.1.0.1", "fd00:1::2/64 via fd00:1::1");
        TestNetwork second =
                network.withIps("10.1.0.3/24 via 10.1.0.1", "fd00:1::3/64 via fd00:1::1");
        for (int i = 0; i < ROUNDS; i++) {
            try (Pod pod = Pod.open("a");
                    Pod other = Pod.open("b");
                    EchoServer server = pod.netns().openTcpEcho(7007);
                    EchoServer otherServer = other.netns().openTcpEcho(7007)) {
                boolean fromOld = i % 2 == 0;
                network.add(pod);
                second.add(other);

                for (String host : i % 4 < 2
                        ? List.of("fd00:1::", "10.1.0.")
                        : List.of("10.1.0.", "fd00:1::")) {
                    Duration took = fromOld
                            ? pod.netns().tcpExchange(host + "3", 7007, LIMIT)
                            : other.netns().tcpExchange(host + "2", 7007, LIMIT);
                    assertThat(took).as(host).isLessThan(WITHOUT_A_LOSS);
                }
                assertThat(server.peers().size() + otherServer.peers().size()).isEqualTo(2);
                network.del(pod);
                second.del(other);
            }
            if (Ip.host().hasLink("br0")) {
                Ip.host().run("link del br0");
            }
        }
    }
}
