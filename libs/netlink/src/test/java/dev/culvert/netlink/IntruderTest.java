// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Intruder;
import dev.culvert.wire.link.Link;

import org.junit.jupiter.api.Test;

/** What others in a namespace send to our sockets is not taken for the kernel's word. */
@InNetns
final class IntruderTest {
    private final Libc libc = new FfmLibc();
    private final Intruder intruder = new Intruder();

    @Test
    void forgedAnswers_areRefused() {
        try (NetlinkSocket socket = NetlinkSocket.open(libc, Linux.NETLINK_ROUTE)) {
            Links links = new Links(socket);
            assertThat(links.find(Link.named("lo"))).isPresent();

            intruder.forge(1);

            assertThat(links.find(Link.named("lo"))).isPresent();
            assertThat(links.list()).hasSize(1);
            assertThat(intruder.refused()).isEqualTo(1);
            assertThat(intruder.taken()).isZero();
        }
    }

    @Test
    void numbersOfRequests_beginAtRandom() {
        try (NetlinkSocket one = NetlinkSocket.open(libc, Linux.NETLINK_ROUTE);
                NetlinkSocket other = NetlinkSocket.open(libc, Linux.NETLINK_ROUTE)) {
            assertThat(one.nextSequence()).isNotEqualTo(other.nextSequence()).isPositive();
        }
    }
}
