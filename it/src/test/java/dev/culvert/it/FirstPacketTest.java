// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A container's first connection begins the moment ADD has returned, and is not tried twice. */
final class FirstPacketTest {
    /** Fewer may be asked for where plugins are slow: {@code -Dculvert.rounds=20}. */
    private static final int ROUNDS = Integer.getInteger("culvert.rounds", 200);

    private static final int PORT = 7777;
    private static final Duration LIMIT = Duration.ofMillis(50);
    /**
     * A lost packet costs at least the kernel's shortest retransmission timeout, and the first ones
     * (SYN, ARP, neighbour solicitation) a second. On a busy machine a thread may wait longer than
     * 50 ms for a processor.
     */
    private static final Duration LIMIT_IF_BUSY = Duration.ofMillis(200);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @AutoClose
    private PrivateHost host;

    @AutoClose
    private final Hiccups hiccups = new Hiccups();

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
        // Threads and servers wait in both namespaces, so that nothing has to be started once ADD
        // has returned.
        try (Inside onHost = Inside.open(host.netnsOf(""));
                Inside inContainer = Inside.open(host.netnsOf("c"));
                WhoServer hostServer = WhoServer.open(host.netnsOf(""), PORT);
                WhoServer containerServer = WhoServer.open(host.netnsOf("c"), PORT)) {
            warmUp(onHost);
            warmUp(inContainer);
            for (int round = 0; round < ROUNDS; round++) {
                slow.addAll(attachAndAsk(conf, onHost, inContainer, round));
            }
            assertThat(hostServer).isNotSameAs(containerServer);
        }

        assertThat(slow).isEmpty();
    }

    /** The JVM loads the classes of a connection now. */
    private static void warmUp(Inside room) throws Exception {
        for (int i = 0; i < 20; i++) {
            room.call(() -> WhoServer.ask("127.0.0.1", PORT, PATIENCE));
        }
    }

    /**
     * In turn the container or the host begins, by IPv4 or IPv6; the bridge is new in every tenth
     * round.
     */
    private List<String> attachAndAsk(Conf conf, Inside onHost, Inside inContainer, int round)
            throws Exception {
        Cni cni = Cni.of(host, "test");
        Attachment attachment = Attachment.of("id" + round, "c");
        List<String> slow = new ArrayList<>();

        Result result = cni.add(conf, attachment);
        for (int i = 0; i < 4; i++) {
            int direction = (round + i) % 4;
            String title = "round " + round + ", exchange " + i + ", ";
            int family = direction % 2;
            slow.addAll(
                    direction < 2
                            ? ask(
                                    inContainer,
                                    result.gateways().get(family),
                                    title + "container to gateway ")
                            : ask(
                                    onHost,
                                    result.addresses().get(family),
                                    title + "host to container "));
        }

        cni.del(conf, result, attachment);
        if (round % 10 == 9) {
            host.run("ip", "link", "del", "br0");
        }
        return slow;
    }

    private List<String> ask(Inside room, String address, String title) throws Exception {
        long pauses = hiccups.pausesNanos();
        Callable<String> exchange = () -> {
            long start = System.nanoTime();
            try {
                Duration took = WhoServer.ask(address, PORT, PATIENCE);
                Duration ours = took.minusNanos(hiccups.pausesNanos() - pauses);
                return isSlow(title + address, ours) ? took.toMillis() + " ms" : "";
            } catch (IOException e) {
                return e.getMessage() + " after " + (System.nanoTime() - start) / 1_000_000 + " ms";
            }
        };
        String wrong = room.call(exchange);
        return wrong.isEmpty()
                ? List.of()
                : List.of(title + address + ": " + wrong + "\n" + neighbours());
    }

    private static boolean isSlow(String what, Duration took) {
        if (took.compareTo(LIMIT) > 0
                && took.compareTo(LIMIT_IF_BUSY) < 0
                && Hiccups.busyMachine()) {
            System.out.println(what + ": " + took.toMillis() + " ms are laid to the busy machine");
            return false;
        }
        return took.compareTo(LIMIT) > 0;
    }

    private String neighbours() {
        return host.sh("""
                echo host; ip addr show up; ip neigh; ip -6 route
                echo container
                exec nsenter --net=/run/netns/c sh -c 'ip addr; ip neigh; ip -6 route; cat /proc/net/igmp6'
                """).output();
    }
}
