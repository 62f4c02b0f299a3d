// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Many at once: each has a socket of its own, opened in the test's namespace, and a thread of its
 * own.
 */
@InNetns(mayLeave = true)
class MasqueradeRaceTest {
    private static final Libc LIBC = new FfmLibc();
    private static final int MANY = 32;

    private final Witness witness = new Witness();

    private interface Work {
        void run(int number, Site site) throws Exception;
    }

    private static void atOnce(int count, Work work) throws Exception {
        List<Site> sites = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(count);
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                Site site = new Site(LIBC, Optional.empty());
                sites.add(site);
                site.nft();
                running.add(threads.submit(() -> {
                    start.await();
                    work.run(number, site);
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } finally {
            sites.forEach(Site::close);
        }
    }

    private static Mark mark(int number) {
        return new Mark("blue", "c" + number, "eth0");
    }

    private static void add(int number, Site site, String... addresses) {
        Undo undo = new Undo();
        Masquerade.of(
                        mark(number),
                        List.of(addresses).stream().map(IfAddr::parse).toList())
                .apply(site, undo);
        undo.commit();
    }

    private static long count(String text, String word) {
        return text.lines().filter(line -> line.contains(word)).count();
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    @Test
    void firstAddsOnAColdHost_makeEachRuleOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            witness.run("nft", "flush", "ruleset");

            atOnce(
                    MANY,
                    (number, site) -> add(
                            number,
                            site,
                            "10.1.0." + (number + 1) + "/24",
                            "fd00:" + (number % 4) + "::" + (number + 1) + "/"
                                    + (64 + number % 2)));

            String made = ruleset();
            assertThat(count(made, "255.255.255.0 != @subnets4-24 masquerade")).isEqualTo(1);
            assertThat(count(made, "masquerade")).as("chains' and the table's").isEqualTo(3 + 2);
            assertThat(count(made, "return")).isEqualTo(3);
            assertThat(IntStream.range(0, MANY).filter(i -> !made.contains(mark(i).hostLinkName())))
                    .isEmpty();
        }
    }

    @Test
    void addsRemovalsAndCollections_endClean() throws Exception {
        Set<String> all = Set.copyOf(
                IntStream.range(0, MANY).mapToObj(i -> mark(i).digest()).toList());

        atOnce(MANY, (number, site) -> {
            for (int i = 0; i < 20; i++) {
                add(number, site, "10." + number % 5 + ".0." + (number + 1) + "/24");
                if (number % 8 == 0) {
                    Masquerade.gc(site, "blue", all);
                }
                Masquerade.remove(site, mark(number));
            }
        });

        assertThat(ruleset()).doesNotContain("veth");
    }

    @RepeatedTest(20)
    void manyForOneAddress_leaveOneOwner() throws Exception {
        atOnce(8, (number, site) -> add(number, site, "10.1.0.2/24"));

        String made = ruleset();
        List<String> owners =
                made.lines().filter(line -> line.contains(". 0x0000000")).toList();
        assertThat(owners).hasSize(1);
        List<Mark> marks =
                IntStream.range(0, 8).mapToObj(MasqueradeRaceTest::mark).toList();
        Mark owner = marks.stream()
                .filter(mark -> owners.getFirst().contains(mark.hostLinkName()))
                .findFirst()
                .orElseThrow();
        assertThat(made).contains("10.1.0.2 comment \"" + owner.hostLinkName() + "\"");
        assertThat(marks)
                .filteredOn(mark -> made.contains(mark.hostLinkName()))
                .containsExactly(owner);

        atOnce(8, (number, site) -> Masquerade.remove(site, mark(number)));

        assertThat(ruleset()).doesNotContain("veth", "10.1.0.2");
    }

    @Test
    void sameMarkRemovedByMany_isRemovedOnce() throws Exception {
        try (Site site = new Site(LIBC, Optional.empty())) {
            add(1, site, "10.1.0.2/24", "10.1.0.3/24");
        }

        atOnce(8, (number, site) -> Masquerade.remove(site, mark(1)));

        assertThat(ruleset()).doesNotContain("veth");
    }
}
