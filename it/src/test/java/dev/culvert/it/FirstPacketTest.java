// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container's first connection begins the moment ADD has returned, and is not tried twice. */
final class FirstPacketTest {
    /** Fewer may be asked for where plugins are slow: {@code -Dculvert.rounds=20}. */
    private static final int ROUNDS = Integer.getInteger("culvert.rounds", 200);
    private static final int PORT = 7777;
    /** A lost first packet is sent again after one second. */
    private static final Duration LIMIT = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @AutoClose
    private PrivateHost host;

    @BeforeEach
    void open() {
        host = PrivateHost.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void firstExchange_losesNoPacket(String type) throws Exception {
        Conf conf = type.equals("bridge") ? Conf.bridge() : Conf.ptp();
        List<String> slow = new ArrayList<>();
        host.addNetns("c");
        try (Inside onHost = Inside.open(host.netnsOf("")); Inside inContainer = Inside.open(host.netnsOf("c"));
                WhoServer hostServer = WhoServer.open(host.netnsOf(""), PORT);
                WhoServer containerServer = WhoServer.open(host.netnsOf("c"), PORT)) {
            Rooms rooms = new Rooms(onHost, inContainer);
            rooms.warmUp();
            for (int round = 0; round < ROUNDS; round++) {
                slow.addAll(attachAndAsk(conf, rooms, round));
            }
            assertThat(hostServer).isNotNull();
            assertThat(containerServer).isNotNull();
        }

        assertThat(slow).isEmpty();
    }

    /** In turn the container or the host begins, by IPv4 or IPv6; the bridge is new in every tenth round. */
    private List<String> attachAndAsk(Conf conf, Rooms rooms, int round) throws Exception {
        Cni cni = Cni.of(host, "test");
        Attachment attachment = Attachment.of("id" + round, "c");
        List<String> slow = new ArrayList<>();

        Result result = cni.add(conf, attachment);
        for (int i = 0; i < 4; i++) {
            slow.addAll(rooms.ask(result, (round + i) % 4, "round " + round + ", exchange " + i));
        }

        cni.del(conf, result, attachment);
        if (round % 10 == 9) {
            host.run("ip", "link", "del", "br0");
        }
        return slow;
    }

    /** Threads that wait in both namespaces, so that nothing has to be started once ADD has returned. */
    private record Rooms(Inside onHost, Inside inContainer) {
        /** The JVM loads the classes of a connection now. */
        void warmUp() throws Exception {
            for (Inside room : List.of(onHost, inContainer)) {
                for (int i = 0; i < 20; i++) {
                    room.call(() -> WhoServer.ask("127.0.0.1", PORT, PATIENCE));
                }
            }
        }

        List<String> ask(Result result, int direction, String when) throws Exception {
            boolean fromContainer = direction < 2;
            int family = direction % 2;
            String address = fromContainer ? result.gateways().get(family) : result.addresses().get(family);
            Callable<Duration> exchange = () -> WhoServer.ask(address, PORT, PATIENCE);
            String what = when + ", " + (fromContainer ? "container to gateway " : "host to container ") + address;
            try {
                Duration took = (fromContainer ? inContainer : onHost).call(exchange);
                return took.compareTo(LIMIT) <= 0 ? List.of() : List.of(what + ": " + took.toMillis() + " ms");
            } catch (IOException e) {
                return List.of(what + ": " + e.getMessage());
            }
        }
    }
}
