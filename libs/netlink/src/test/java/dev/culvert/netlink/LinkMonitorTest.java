// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.culvert.sys.Libc;

import org.junit.jupiter.api.Test;

import java.lang.reflect.Proxy;
import java.time.Duration;

/** The wait for announcements, when they come without end or not at all. */
final class LinkMonitorTest {
    private static final long LIMIT_NANOS = 2_500_000_000L;
    private static final int LOOK_AGAIN_MILLIS = 5;

    private boolean flood;
    private long now;
    private int looks;

    /** A kernel with a clock of its own, on which a call takes a microsecond. */
    private Libc kernel() {
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (proxy, method, arguments) -> {
                    now += 1_000;
                    return switch (method.getName()) {
                        case "socket" -> 3;
                        case "bind", "connect", "close" -> 0;
                        case "clockNanos" -> now;
                        case "recv" -> flood ? 32 : -11;
                        case "poll" -> poll((byte[]) arguments[0], (int) arguments[2]);
                        default -> throw new IllegalStateException(method.getName());
                    };
                });
    }

    private int poll(byte[] descriptors, int millis) {
        if (flood && descriptors.length > 0) {
            descriptors[6] = 1;
            return 1;
        }
        now += millis * 1_000_000L;
        return 0;
    }

    private boolean await(LinkMonitor.Condition condition) {
        Libc libc = kernel();
        try (LinkMonitor monitor = LinkMonitor.open(libc)) {
            return LinkMonitor.await(
                    libc,
                    () -> {
                        looks++;
                        return condition.holds();
                    },
                    LIMIT_NANOS,
                    LOOK_AGAIN_MILLIS,
                    monitor);
        }
    }

    @Test
    void announcementsWithoutEnd_neitherPutOffTheDeadlineNorCostMoreLooksThanTime() {
        flood = true;

        boolean held = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> await(() -> false));

        assertThat(held).isFalse();
        assertThat(now).isBetween(LIMIT_NANOS, LIMIT_NANOS + 100_000_000);
        assertThat(looks).isLessThan(600);
    }

    @Test
    void whatHoldsDuringAFlood_isSeen() {
        flood = true;

        assertThat(await(() -> now > 1_000_000_000)).isTrue();
        assertThat(now).isLessThan(1_100_000_000);
    }

    @Test
    void withoutAnnouncements_theConditionIsLookedAtAgain() {
        assertThat(await(() -> looks == 3)).isTrue();
        assertThat(now).isBetween(10_000_000L, 11_000_000L);
    }
}
