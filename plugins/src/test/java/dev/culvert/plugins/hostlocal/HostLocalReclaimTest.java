// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Mark;
import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Reservations from before this machine was started. */
class HostLocalReclaimTest {
    private static final String SMALL = "\"subnet\": \"10.1.2.0/29\"";
    private static final String RECLAIM = SMALL + ", \"reclaim\": \"earlier-boot\"";

    private static final String BOOT_ID = "/proc/sys/kernel/random/boot_id";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void fillBeforeTheBoot() {
        network = Network.in(dataDir);
        for (int i = 2; i <= 6; i++) {
            network.put("10.1.2." + i, "c" + i + "\r\neth0");
            network.age("10.1.2." + i);
        }
    }

    @Test
    void withoutTheKey_theyStay_andTheErrorSaysThatTheyLookOrphaned() {
        Answer late = network.caller(SMALL).add("new");

        assertThat(late.code()).isEqualTo(100);
        assertThat(late.details())
                .contains(
                        "5 of 5 addresses",
                        "5 of them since before this machine was started",
                        "\"reclaim\": \"earlier-boot\"");
        assertThat(network.caller(SMALL).add("c3").code()).isEqualTo(108);
        assertThat(network.leases()).hasSize(5);
    }

    @Test
    void sameAttachment_takesItsAddressOver() {
        Answer answer = network.caller(RECLAIM).add("c4");

        assertThat(answer.address()).isEqualTo("10.1.2.4/29");
        assertThat(network.leases()).hasSize(5);
        assertThat(network.caller(RECLAIM).add("c4").code())
                .as("now it is of this boot")
                .isEqualTo(108);
        assertThat(network.caller(RECLAIM).add("c5").address()).isEqualTo("10.1.2.5/29");
    }

    @Test
    void exhaustedRange_freesThem_butNoneOfThisBoot() {
        network.caller(RECLAIM).add("c4");
        network.caller(RECLAIM).add("c5");

        assertThat(network.caller(RECLAIM).status().ok()).isTrue();
        assertThat(network.caller(RECLAIM).add("new").ok()).isTrue();

        assertThat(network.leases())
                .containsOnlyKeys("10.1.2.4", "10.1.2.5", "10.1.2.6")
                .containsEntry("10.1.2.6", "new\r\neth0");
    }

    @Test
    void rangeThatIsNotExhausted_keepsThemForTheirOwners() {
        network.delete("10.1.2.3");

        assertThat(network.caller(RECLAIM).add("new").address()).isEqualTo("10.1.2.3/29");
        assertThat(network.leases()).hasSize(5);
        assertThat(network.caller(RECLAIM).add("c6").address()).isEqualTo("10.1.2.6/29");
    }

    @Test
    void requestedAddress_isTakenFromAnEarlierBoot() {
        assertThat(network.caller(RECLAIM).args("IP=10.1.2.5").add("new").address())
                .isEqualTo("10.1.2.5/29");
        assertThat(network.leases()).hasSize(5).containsEntry("10.1.2.5", "new\r\neth0");
        assertThat(network.caller(RECLAIM).args("IP=10.1.2.5").add("newer").code())
                .isEqualTo(100);
    }

    @Test
    void fileOfAnOldVersion_isTakenOverToo() {
        network.delete("10.1.2.4");
        network.put("10.1.2.4", "c4");
        network.age("10.1.2.4");

        assertThat(network.caller(RECLAIM).add("c4").address()).isEqualTo("10.1.2.4/29");
        assertThat(network.leases()).containsEntry("10.1.2.4", "c4\r\neth0");
    }

    @Test
    void clockSetForwardAfterTheBoot_doesNotMakeReservationsOld() {
        network.delete("10.1.2.2");
        long early = -86_400_000_000_000L;
        // The clock is a day slow when the machine comes up, and is corrected later.
        assertThat(network.caller(RECLAIM).with(slow(early)).add("slow").address())
                .isEqualTo("10.1.2.2/29");
        File file = network.folder().resolve("10.1.2.2").toFile();
        assertThat(file.setLastModified(System.currentTimeMillis() + early / 1_000_000))
                .isTrue();

        Answer again = network.caller(RECLAIM).add("slow");

        assertThat(again.code()).isEqualTo(108);
    }

    /** As after a start without a clock, when the index was lost, or in a time namespace. */
    @Test
    @InNetns(mayLeave = true)
    void reservationThatOnlyLooksOld_staysWhileItsLinkIsThere() {
        Mark mark = new Mark("web", "c3", "eth0");
        Mark other = new Mark("web", "c5", "eth1");
        for (Mark one : List.of(mark, other)) {
            new Witness().run("ip", "link", "add", one.hostLinkName(), "type", "ifb");
            new Witness().run("ip", "link", "set", one.hostLinkName(), "alias", one.label());
        }
        network.put("10.1.2.5", "c5");
        network.age("10.1.2.5");

        assertThat(network.caller(RECLAIM).args("IP=10.1.2.3").add("new").code())
                .isEqualTo(100);
        assertThat(network.caller(RECLAIM).args("IP=10.1.2.5").add("new").code())
                .as("a file of an early release, whose container has a link")
                .isEqualTo(100);
        assertThat(network.caller(SMALL).add("new").details()).contains("3 of them since before");
        assertThat(network.caller(RECLAIM).add("new").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2", "10.1.2.3", "10.1.2.5");
        new Leases(new FfmLibc(), dataDir.toString()).list(true);
        assertThat(network.leases()).containsKeys("10.1.2.3", "10.1.2.5");
        assertThat(network.caller(RECLAIM).add("c3").address())
                .as("the attachment itself, whose link is made before it asks")
                .isEqualTo("10.1.2.3/29");
    }

    @Test
    void machineThatDoesNotTellItsBoots_keepsEverything() {
        Libc untold = intercepted(
                "open", arguments -> arguments[0].equals(BOOT_ID) ? Errno.ENOENT.negated() : null);

        assertThat(network.caller(RECLAIM).with(untold).add("new").code()).isEqualTo(100);
        assertThat(network.leases()).hasSize(5);
    }

    /** A call whose answer is another than the kernel's unless that is null. */
    private static Libc intercepted(String name, Function<Object[], Object> answer) {
        Libc real = new FfmLibc();
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    Object own = method.getName().equals(name) ? answer.apply(arguments) : null;
                    return own != null ? own : method.invoke(real, arguments);
                });
    }

    private static Libc slow(long nanos) {
        Libc real = new FfmLibc();
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    try {
                        Object answer = method.invoke(real, arguments);
                        boolean realtime =
                                method.getName().equals("clockNanos") && (int) arguments[0] == 0;
                        return realtime ? (Object) ((long) answer + nanos) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void exhaustedSet_doesNotCostAnotherSetItsReservations() {
        network.put("2001:db8::2", "c2\r\neth0");
        network.age("2001:db8::2");
        network.put("10.200.0.1", "of a range that is configured no more\r\neth0");
        network.age("10.200.0.1");
        String two =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/29\"}], [{\"subnet\": \"2001:db8::/64\"}]],"
                        + " \"reclaim\": \"earlier-boot\"";

        assertThat(network.caller(two).add("new").addresses())
                .containsExactly("10.1.2.2/29", "2001:db8::3/64");

        assertThat(network.leases())
                .containsOnlyKeys("10.1.2.2", "2001:db8::2", "2001:db8::3", "10.200.0.1")
                .containsEntry("10.1.2.2", "new\r\neth0");
    }
}
