// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.host.Valid;
import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Each system call made to fail in turn, kills, and what it costs. */
@InNetns(mayLeave = true)
class PortmapFaultTest {
    private static final Libc LIBC = new FfmLibc();
    private static final Mark ONE = new Mark("blue", "one", "eth0");
    private static final Mark TWO = new Mark("blue", "two", "eth0");
    private static final List<IfAddr> CONTAINERS =
            List.of(IfAddr.parse("10.1.0.3/24"), IfAddr.parse("fd00:1::3/64"));

    private final Witness witness = new Witness();

    private static Site site(Libc libc) {
        return new Site(libc, Optional.empty());
    }

    private static List<PortMapping> mappings(int from, int count, String... containers) {
        List<PortMapping> mappings = new ArrayList<>();
        for (String text : containers) {
            IpAddr container = IpAddr.parse(text);
            IpAddr any = IpAddr.parse(container.isIpv4() ? "0.0.0.0" : "::");
            for (int i = 0; i < count; i++) {
                int protocol = i % 2 == 0 ? PortMapping.TCP : PortMapping.UDP;
                mappings.add(new PortMapping(any, protocol, from + i, container, 80 + i));
            }
        }
        return mappings;
    }

    private static void add(Site site, Mark mark, List<PortMapping> mappings) {
        try (Undo undo = new Undo()) {
            new ForwardPorts(mark, CONTAINERS, mappings, MappedSources.OWN).apply(site, undo);
            undo.commit();
        }
    }

    private static void addTwo(Site site) {
        add(site, TWO, mappings(8080, 3, "10.1.0.3", "fd00:1::3"));
    }

    private static void addMany(Site site) {
        add(site, TWO, mappings(20_000, 450, "10.1.0.3"));
    }

    private static void remove(Site site) {
        ForwardPorts.remove(site, TWO);
    }

    private static void sweep(Site site) {
        ForwardPorts.sweep(site, Valid.of("blue", List.of(ONE)));
    }

    private static void here(Consumer<Site> work) {
        try (Site site = site(LIBC)) {
            work.accept(site);
        }
    }

    private static void prepare() {
        here(site -> add(site, ONE, mappings(1000, 2, "10.1.0.2", "fd00:1::2")));
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    private static int calls(Consumer<Site> work) {
        FaultLibc counting = new FaultLibc(LIBC);
        try (Site site = site(counting.libc())) {
            work.accept(site);
            return counting.calls().size();
        }
    }

    /** Runs the work with one call failing; whether it succeeded all the same. */
    private static boolean succeeds(Consumer<Site> work, int number, Errno errno) {
        FaultLibc faulty = new FaultLibc(LIBC).failAt(number, errno);
        try (Site site = site(faulty.libc())) {
            work.accept(site);
            return true;
        } catch (ErrnoException | IllegalStateException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPERM", "ENOMEM", "ENOBUFS", "EINTR", "EAGAIN", "EMFILE"})
    void everyFailingCallOfAnAdd_isUndoneOrDoesNoHarm(Errno errno) {
        prepare();
        String before = ruleset();
        int calls = calls(PortmapFaultTest::addTwo);
        String after = ruleset();
        assertThat(calls).isGreaterThan(5);
        for (int number = 1; number <= calls; number++) {
            here(PortmapFaultTest::remove);

            boolean succeeded = succeeds(PortmapFaultTest::addTwo, number, errno);

            assertThat(ruleset()).as("call %d", number).isEqualTo(succeeded ? after : before);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPERM", "ENOBUFS", "EINTR", "EAGAIN"})
    void everyFailingCallOfARemovalOrSweep_leavesOneThatCanBeRepeated(Errno errno) {
        prepare();
        String before = ruleset();
        List<Consumer<Site>> works = List.of(PortmapFaultTest::remove, PortmapFaultTest::sweep);
        for (Consumer<Site> work : works) {
            here(PortmapFaultTest::addTwo);
            int calls = calls(work);
            assertThat(calls).isGreaterThan(5);
            for (int number = 1; number <= calls; number++) {
                here(PortmapFaultTest::addTwo);

                if (!succeeds(work, number, errno)) {
                    here(work);
                }

                assertThat(ruleset()).as("call %d", number).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void killAtAnyCallOfAnAddInSeveralTransactions_isRemovedByTheMark(boolean swept) {
        prepare();
        String before = ruleset();
        int calls = calls(PortmapFaultTest::addMany);
        for (int number = 1; number <= calls; number++) {
            here(PortmapFaultTest::remove);
            kill(PortmapFaultTest::addMany, number);

            here(swept ? PortmapFaultTest::sweep : PortmapFaultTest::remove);

            assertThat(ruleset()).as("call %d", number).isEqualTo(before);
        }
    }

    @Test
    void killAtAnyCallOfARemovalInSeveralTransactions_isCompleted() {
        prepare();
        String before = ruleset();
        here(PortmapFaultTest::addMany);
        int calls = calls(PortmapFaultTest::remove);
        for (int number = 1; number <= calls; number++) {
            here(PortmapFaultTest::addMany);
            kill(PortmapFaultTest::remove, number);

            here(PortmapFaultTest::remove);

            assertThat(ruleset()).as("call %d", number).isEqualTo(before);
        }
    }

    private static void kill(Consumer<Site> work, int number) {
        FaultLibc libc = new FaultLibc(LIBC).killAt(number);
        try (Site site = site(libc.libc())) {
            work.accept(site);
        } catch (Throwable _) {
            // It is dead.
        }
    }

    @Test
    void addAndRemoval_costTheSameBesideThousands() {
        prepare();
        here(PortmapFaultTest::addTwo);
        here(PortmapFaultTest::remove);
        int addAlone = calls(PortmapFaultTest::addTwo);
        int removeAlone = calls(PortmapFaultTest::remove);
        int nothingAlone = calls(PortmapFaultTest::remove);
        here(site -> add(
                site,
                new Mark("red", "many", "eth0"),
                mappings(20_000, 5_000, "10.2.0.2", "fd00:2::2")));

        assertThat(calls(PortmapFaultTest::addTwo)).isEqualTo(addAlone);
        assertThat(calls(PortmapFaultTest::remove)).isEqualTo(removeAlone);
        assertThat(calls(PortmapFaultTest::remove)).isEqualTo(nothingAlone);
        // Opening the socket, one send, two answers.
        assertThat(nothingAlone).isLessThan(15);
    }

    @Test
    void portThatStandsWithoutAnOwner_isNamedAndNotTaken() {
        prepare();
        witness.run(
                "nft",
                "add element inet culvert_portmap ports4 { tcp . 8080 comment \"me\" : 10.9.9.9 . 1 }");
        String before = ruleset();

        assertThatThrownBy(() -> here(PortmapFaultTest::addTwo))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("host port 8080/tcp")
                .hasMessageContaining("comment \"me\"");
        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void flushedRuleset_isMadeAgain() {
        here(PortmapFaultTest::addTwo);
        String before = ruleset();
        witness.run("nft", "flush", "ruleset");

        here(PortmapFaultTest::addTwo);

        assertThat(ruleset()).isEqualTo(before);
    }
}
