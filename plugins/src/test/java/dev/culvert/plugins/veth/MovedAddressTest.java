// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fixed address goes from one container to the next, which is reached at once. */
@InNetns(mayLeave = true)
final class MovedAddressTest {
    private static final int ROUNDS = 4;
    private static final String[] MOVING = {"10.1.0.2", "fd00:1::2"};

    private static boolean hostReaches(String address) {
        return Ip.host()
                        .witness()
                        .tryRun("ping", "-n", "-c", "1", "-W", "1", address)
                        .code()
                == 0;
    }

    /** With proxy-ARP the host of this test has no IPv4 address to send from. */
    private static void assertReached(Kind kind, Pod neighbour, String when) {
        for (String address : MOVING) {
            if (kind != Kind.PTP_PROXY_ARP) {
                assertThat(hostReaches(address))
                        .as(address + " from the host " + when)
                        .isTrue();
            }
            assertThat(neighbour.netns().ping(address))
                    .as(address + " from the neighbour " + when)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nextHolderOfAnAddress_isReachedWithTheFirstPacket(Kind kind) {
        TestNetwork network = kind.network("net");
        try (Pod neighbour = Pod.open("n")) {
            network.withIps("10.1.0.9/24 via 10.1.0.1", "fd00:1::9/64 via fd00:1::1")
                    .add(neighbour);
            for (int i = 0; i < ROUNDS; i++) {
                try (Pod holder = Pod.open("h" + i)) {
                    network.add(holder);
                    assertReached(kind, neighbour, "in round " + i);
                    network.del(holder);
                }
            }
        }
    }
}
