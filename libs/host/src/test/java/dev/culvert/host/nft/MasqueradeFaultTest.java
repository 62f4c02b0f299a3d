// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.host.legacy.ReferenceLeftovers;
import dev.culvert.net.IfAddr;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.RefusingKernel;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Each system call made to fail in turn, refusals of the kernel, and what it costs. */
@InNetns(mayLeave = true)
class MasqueradeFaultTest {
    private static final Libc LIBC = new FfmLibc();
    private static final Mark ONE = new Mark("blue", "one", "eth0");
    private static final Mark TWO = new Mark("blue", "two", "eth0");

    private final Witness witness = new Witness();

    private static Site site(Libc libc) {
        return new Site(libc, Optional.empty());
    }

    private static void add(Site site, Mark mark, String... addresses) {
        try (Undo undo = new Undo()) {
            Masquerade.of(mark, Stream.of(addresses).map(IfAddr::parse).toList())
                    .apply(site, undo);
            undo.commit();
        }
    }

    private static void addTwo(Site site) {
        add(site, TWO, "10.1.0.3/16", "fd00:1::3/64");
    }

    private static void prepare() {
        try (Site site = site(LIBC)) {
            add(site, ONE, "10.1.0.2/16", "fd00:1::2/64");
        }
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

    /** Runs the work with one call failing; answers whether it succeeded all the same. */
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
        int calls = calls(MasqueradeFaultTest::addTwo);
        String after = ruleset();
        for (int number = 1; number <= calls; number++) {
            try (Site site = site(LIBC)) {
                Masquerade.remove(site, TWO);
            }

            boolean succeeded = succeeds(MasqueradeFaultTest::addTwo, number, errno);

            assertThat(ruleset()).as("call %d", number).isEqualTo(succeeded ? after : before);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPERM", "ENOBUFS", "EINTR", "EAGAIN"})
    void everyFailingCallOfARemoval_leavesARemovalThatCanBeRepeated(Errno errno) {
        prepare();
        String before = ruleset();
        try (Site site = site(LIBC)) {
            addTwo(site);
            Consumer<Site> removal = other -> Masquerade.remove(other, TWO);
            int calls = calls(removal);
            for (int number = 1; number <= calls; number++) {
                addTwo(site);

                boolean succeeded = succeeds(removal, number, errno);

                if (!succeeded) {
                    Masquerade.remove(site, TWO);
                }
                assertThat(ruleset()).as("call %d", number).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPERM", "ENOBUFS", "EAGAIN"})
    void everyFailingCallOfACollection_leavesACollectionThatCanBeRepeated(Errno errno) {
        prepare();
        String before = ruleset();
        Consumer<Site> collection = other -> Masquerade.gc(other, "blue", Set.of(ONE.digest()));
        try (Site site = site(LIBC)) {
            add(site, TWO, "10.1.0.3/16", "10.9.0.1/16", "fd00:1::3/64");
            int calls = calls(collection);
            for (int number = 1; number <= calls; number++) {
                add(site, TWO, "10.1.0.3/16", "10.9.0.1/16", "fd00:1::3/64");

                boolean succeeded = succeeds(collection, number, errno);

                if (!succeeded) {
                    collection.accept(site);
                }
                assertThat(ruleset()).as("call %d", number).isEqualTo(before);
            }
        }
    }

    @Test
    void withoutPermission_theErrorSaysSo() {
        // The kernel answers only the first message of a send then.
        try (Site site = site(new RefusingKernel(LIBC, Errno.EPERM.number(), 100).libc())) {
            assertThatThrownBy(() -> Masquerade.of(ONE, List.of(IfAddr.parse("10.1.0.2/16")))
                            .apply(site, new Undo()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("change nftables masquerade for " + ONE.hostLinkName()
                            + ": EPERM (Operation not permitted)");
            assertThatThrownBy(() -> Masquerade.remove(site, ONE))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EPERM");
            assertThatThrownBy(() -> Masquerade.requireKernel(site)).hasMessageContaining("EPERM");
        }
    }

    @Test
    void processWithoutCapability_isToldSoByTheKernel() {
        assumeTrue(Witness.has("setpriv"), "setpriv of util-linux");

        String output = witness.run(
                "setpriv",
                "--bounding-set=-net_admin",
                "--inh-caps=-net_admin",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutPermission.class.getName());

        assertThat(output.lines())
                .hasSize(3)
                .allMatch(line -> line.endsWith(": EPERM (Operation not permitted)"))
                .first()
                .asString()
                .startsWith("change nftables masquerade for " + ONE.hostLinkName());
    }

    @Test
    void kernelWithoutNetfilter_hasNothingToRemoveButCannotAdd() {
        try (Site site = site(
                new FaultLibc(LIBC).failAll("socket", Errno.EPROTONOSUPPORT).libc())) {
            Masquerade.remove(site, ONE);
            Masquerade.gc(site, "blue", Set.of());
            ReferenceLeftovers.remove(site, ONE);

            assertThatThrownBy(() -> add(site, ONE, "10.1.0.2/16"))
                    .hasMessageContaining("EPROTONOSUPPORT");
            assertThatThrownBy(() -> Masquerade.requireKernel(site))
                    .hasMessageContaining("EPROTONOSUPPORT");
        }
    }

    @Test
    void kernelWithoutNfTables_hasNothingToRemoveButCannotAdd() {
        try (Site site = site(new RefusingKernel(LIBC, Errno.EOPNOTSUPP.number(), 100).libc())) {
            assertThatThrownBy(() -> Masquerade.of(ONE, List.of(IfAddr.parse("10.1.0.2/16")))
                            .apply(site, new Undo()))
                    .hasMessageContaining("EOPNOTSUPP");
        }
    }

    @Test
    void nothingThere_costsOneSendToRemove() {
        FaultLibc counting = new FaultLibc(LIBC);
        try (Site site = site(counting.libc())) {
            Masquerade.remove(site, ONE);
        }

        assertThat(counting.count("send")).isEqualTo(1);
        assertThat(counting.count("socket")).isEqualTo(1);
    }

    @Test
    void cost_doesNotGrowWithTheHost() {
        prepare();
        int added = 0;
        for (int size : new int[] {0, 900, 5000}) {
            try (Site site = site(LIBC)) {
                for (; added < size; added++) {
                    add(
                            site,
                            new Mark("blue", "c" + added, "eth0"),
                            "10.1." + (1 + added / 250) + "." + (1 + added % 250) + "/16");
                }
            }
            try (Site site = site(LIBC)) {
                Masquerade.remove(site, ONE);
                add(site, ONE, "10.1.0.2/16", "fd00:1::2/64");
                Masquerade.remove(site, TWO);
                report(size, site);
            }

            assertThat(sends(MasqueradeFaultTest::addTwo)).as("at %d", size).isEqualTo(1);
            assertThat(sends(site -> Masquerade.remove(site, TWO)))
                    .as("at %d", size)
                    .isEqualTo(2);
        }
    }

    private static int sends(Consumer<Site> work) {
        FaultLibc counting = new FaultLibc(LIBC);
        try (Site site = site(counting.libc())) {
            work.accept(site);
        }
        return counting.count("send");
    }

    private static void report(int size, Site site) {
        long add = 0;
        long remove = 0;
        int rounds = 50;
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            addTwo(site);
            long middle = System.nanoTime();
            Masquerade.remove(site, TWO);
            add += middle - start;
            remove += System.nanoTime() - middle;
        }
        System.out.println("masquerade with " + size + " attachments: add " + add / rounds / 1000
                + " us, remove " + remove / rounds / 1000 + " us");
    }
}
