// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;
import dev.culvert.wire.netlink.Nl;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.Rt;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;

/** Links of a network that are stale, of which the kernel refuses to delete some. */
@InNetns(mayLeave = true)
final class NetworkLinksTest {
    private static final int LO = 1;

    private final Witness host = new Witness();
    private int deletions;

    private static Mark mark(int number) {
        return new Mark("net", "c" + number, "eth0");
    }

    /** The first deletions are sent for lo, which nobody can delete; all are counted. */
    private Libc refusing(int first) {
        Libc real = new FfmLibc();
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        byte[] data = (byte[]) arguments[1];
                        int end = (int) arguments[2] + (int) arguments[3];
                        for (int at = (int) arguments[2]; at < end; ) {
                            NlReader header = new NlReader("request", data, at, end);
                            int size = header.u32();
                            if (header.u16() == Rt.RTM_DELLINK && deletions++ < first) {
                                // struct ifinfomsg { family u8, pad u8, type u16, index s32 ... }
                                data[at + Nl.HEADER + 4] = LO;
                                data[at + Nl.HEADER + 5] = 0;
                                data[at + Nl.HEADER + 6] = 0;
                            }
                            at += Nl.align(size);
                        }
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void make(int count) {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String name = mark(i).hostLinkName();
            commands.append("link add " + name + " type veth peer name p" + i + "\n");
            commands.append("link set " + name + " alias \"" + mark(i).label() + "\"\n");
        }
        host.runWith(commands.toString(), "ip", "-batch", "-");
    }

    private static ErrnoException failure(Libc libc) {
        try (Site site = new Site(libc, Optional.empty())) {
            return catchThrowableOfType(
                    ErrnoException.class,
                    () -> NetworkLinks.removeStale(site, "net", Set.of(mark(0).digest())));
        }
    }

    @Test
    void everyRefusal_isReported_andTheOthersGo() {
        make(4);

        int together = 1;
        ErrnoException failure = failure(refusing(together + 2));

        assertThat(failure.errno()).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(failure)
                .hasMessageMatching(
                        "delete link veth\\w{11}, the first of 2 refusals: EOPNOTSUPP .*");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other)
                        .hasMessageMatching("delete link veth\\w{11}: EOPNOTSUPP .*"));
        assertThat(host.links()).hasSize(1 + 2 * (1 + 2)).contains(mark(0).hostLinkName());
    }

    @Test
    void oneRefusal_isReportedAsItIs() {
        make(2);

        assertThat(failure(refusing(1)))
                .hasMessageStartingWith("delete link " + mark(1).hostLinkName() + ": EOPNOTSUPP");
        assertThat(failure(new FfmLibc())).isNull();
        assertThat(host.links()).hasSize(1 + 2).contains(mark(0).hostLinkName());
    }

    @Test
    void manyLinks_areOneDeletion_andOthersStay() {
        make(100);
        host.run("ip", "link", "add", "other", "group", "7", "type", "bridge");

        assertThat(failure(refusing(0))).isNull();

        assertThat(deletions).isEqualTo(1);
        assertThat(host.links())
                .containsExactlyInAnyOrder("lo", "other", mark(0).hostLinkName(), "p0");
    }
}
