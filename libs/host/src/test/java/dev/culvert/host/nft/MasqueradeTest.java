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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

@InNetns(mayLeave = true)
class MasqueradeTest {
    private static final Libc LIBC = new FfmLibc();

    private final Witness witness = new Witness();
    private final Site site = new Site(LIBC, Optional.empty());

    @AfterEach
    void close() {
        site.close();
    }

    static Mark mark(String network, String id) {
        return new Mark(network, id, "eth0");
    }

    static List<IfAddr> addresses(String... texts) {
        return Stream.of(texts).map(IfAddr::parse).toList();
    }

    private void add(Mark mark, String... addresses) {
        Undo undo = new Undo();
        Masquerade.of(mark, addresses(addresses)).apply(site, undo);
        undo.commit();
    }

    private void remove(Mark mark) {
        Masquerade.remove(site, mark);
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = MasqueradeTest.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Elements of hash sets come in the order of a random seed. */
    private static String sorted(String ruleset) {
        return Stream.of(ruleset.replaceAll(",\\s+", ",\n").split("\n"))
                .map(line ->
                        line.replaceAll("[,{}]", "").replace("elements = ", "").strip())
                .filter(line -> !line.isEmpty())
                .sorted()
                .reduce("", (all, line) -> all + line + "\n");
    }

    @Test
    void fourContainers_areTheWholeRuleset() throws IOException {
        add(mark("blue", "one"), "10.1.0.2/16", "fd00:1::2/64");
        add(mark("blue", "two"), "10.1.0.3/16", "fd00:1::3/64");
        add(mark("red", "one"), "10.2.0.2/23");
        add(mark("red", "two"), "10.2.0.3/23", "192.0.2.7/32");

        assertThat(sorted(ruleset())).isEqualTo(sorted(golden("four-containers.nft")));
    }

    @Test
    void removal_leavesSharedPartsAlone() {
        add(mark("blue", "one"), "10.1.0.2/16", "fd00:1::2/64");
        String before = ruleset();
        add(mark("blue", "two"), "10.1.0.3/16", "fd00:1::3/64");

        remove(mark("blue", "two"));
        remove(mark("blue", "two"));

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void listing_isReadAgainByNft() {
        add(mark("blue", "one"), "10.1.0.2/16", "fd00:1::2/64");
        String listed = ruleset();

        witness.run("nft", "flush", "ruleset");
        witness.runWith(listed, "nft", "-f", "-");

        assertThat(ruleset()).isEqualTo(listed);
        remove(mark("blue", "one"));
        assertThat(ruleset()).doesNotContain("10.1.0.2", "fd00:1::2");
    }

    @Test
    void flushedRuleset_isMadeAgainByTheNextAdd() {
        add(mark("blue", "one"), "10.1.0.2/16");
        String before = ruleset();
        witness.run("nft", "flush", "ruleset");

        add(mark("blue", "one"), "10.1.0.2/16");

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void addressUnderANewOwner_belongsToTheNewest() {
        add(mark("blue", "old"), "10.1.0.2/16", "10.1.0.9/16");
        add(mark("blue", "new"), "10.1.0.2/16");

        remove(mark("blue", "old"));

        assertThat(ruleset())
                .contains("10.1.0.2 comment \"" + mark("blue", "new").hostLinkName() + "\"")
                .doesNotContain("10.1.0.9", mark("blue", "old").hostLinkName());
        remove(mark("blue", "new"));
        assertThat(ruleset()).doesNotContain("10.1.0.2");
    }

    @Test
    void manyAddressesOfWhichOthersTookSome_areRemovedAll() {
        add(
                mark("blue", "many"),
                "10.1.0.1/16",
                "10.1.0.2/16",
                "10.1.0.3/16",
                "10.1.0.4/16",
                "fd00:1::1/64");
        add(mark("blue", "new"), "10.1.0.2/16", "10.1.0.3/16");

        remove(mark("blue", "many"));

        assertThat(ruleset())
                .contains("10.1.0.2", "10.1.0.3")
                .doesNotContain(
                        "10.1.0.1",
                        "10.1.0.4",
                        "fd00:1::1",
                        mark("blue", "many").hostLinkName());
    }

    @Test
    void hundredAddresses_areRemovedAll() {
        String[] many = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> "10.1.0." + i + "/16")
                .toArray(String[]::new);
        add(mark("blue", "many"), many);

        remove(mark("blue", "many"));

        assertThat(ruleset()).doesNotContain(mark("blue", "many").hostLinkName());
    }

    @Test
    void commentThatSomebodyRewrote_isTakenAsItIs() {
        Mark mark = mark("blue", "one");
        add(mark, "10.1.0.2/16");
        witness.run(
                "nft",
                "delete element inet culvert_masquerade owners4 { \"" + mark.hostLinkName()
                        + "\" . 0 }; "
                        + "add element inet culvert_masquerade owners4 { \"" + mark.hostLinkName()
                        + "\" . 0 comment \""
                        + mark.label() + "\" : 10.1.0.2 }");

        remove(mark);

        // The owner's element goes; which set has the address, nobody knows any more.
        assertThat(ruleset()).doesNotContain(mark.hostLinkName() + "\" . 0");
    }

    @Test
    void longNames_areCutBehindTheDigests() {
        Mark mark = new Mark("blue", "x".repeat(300) + "\"", "eth0");
        add(mark, "10.1.0.2/16");

        assertThat(Masquerade.of(mark, addresses("10.1.0.2/16")).verify(site)).isEmpty();
        witness.runWith(ruleset(), "nft", "-c", "-f", "-");
        remove(mark);

        assertThat(ruleset()).doesNotContain("10.1.0.2");
    }

    @Test
    void sameAddTwice_isOnce() {
        add(mark("blue", "one"), "10.1.0.2/16");
        String before = ruleset();

        add(mark("blue", "one"), "10.1.0.2/16");

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void addWithOtherAddresses_replacesThem() {
        add(mark("blue", "one"), "10.1.0.2/16", "10.1.0.3/16", "10.1.0.4/16");

        add(mark("blue", "one"), "10.3.0.2/16");

        assertThat(ruleset())
                .contains("10.3.0.2")
                .doesNotContain("10.1.0.2", "10.1.0.3", "10.1.0.4");
        assertThat(Masquerade.of(mark("blue", "one"), addresses("10.3.0.2/16")).verify(site))
                .isEmpty();
    }

    @Test
    void gc_isSelectiveAndComplete() {
        add(mark("blue", "stay"), "10.1.0.2/16", "fd00:1::2/64");
        add(mark("red", "other"), "10.2.0.2/16");
        String before = ruleset();
        add(mark("blue", "go"), "10.1.0.3/16", "fd00:1::3/64");
        add(mark("blue", "go too"), "10.3.0.3/16", "10.1.0.77/16");

        Masquerade.gc(site, "blue", Set.of(mark("blue", "stay").digest()));

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void gcOfEverything_leavesTheTableAlone() {
        add(mark("blue", "go"), "10.1.0.3/16", "fd00:1::3/64");

        Masquerade.gc(site, "blue", Set.of());

        assertThat(ruleset())
                .contains("224.0.0.0/4 return", "ff00::/8 return")
                .doesNotContain("elements", "veth", "blue");
    }

    @Test
    void manyNetworksMadeAndRemoved_leaveTheRulesetAsItWas() {
        add(mark("first", "one"), "10.1.0.2/24", "fd00:1::2/64");
        remove(mark("first", "one"));
        String before = ruleset();

        for (int i = 0; i < 300; i++) {
            add(
                    mark("net" + i, "one"),
                    "10." + (2 + i / 250) + "." + i % 250 + ".2/24",
                    "fd00:" + (i + 2) + "::2/64");
        }
        for (int i = 0; i < 300; i++) {
            if (i % 2 == 0) {
                remove(mark("net" + i, "one"));
            } else {
                Masquerade.gc(site, "net" + i, Set.of());
            }
        }

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void sameAddressInTwoNetworks_belongsToTheNewest() {
        add(mark("blue", "one"), "10.1.0.2/16");
        add(mark("red", "one"), "10.1.0.2/16");

        remove(mark("blue", "one"));

        assertThat(ruleset())
                .contains("10.1.0.2 comment \"" + mark("red", "one").hostLinkName() + "\"")
                .doesNotContain(mark("blue", "one").hostLinkName());
    }

    @Test
    void nothingThere_isNothingToRemove() {
        remove(mark("blue", "one"));
        Masquerade.gc(site, "blue", Set.of());

        assertThat(ruleset()).isEmpty();
    }

    @Test
    void undo_removesTheElements() {
        add(mark("blue", "one"), "10.1.0.2/16");
        String before = ruleset();

        try (Undo undo = new Undo()) {
            Masquerade.of(mark("blue", "two"), addresses("10.1.0.3/16")).apply(site, undo);
            assertThat(ruleset()).contains("10.1.0.3");
        }

        assertThat(ruleset()).isEqualTo(before);
    }

    @Test
    void description_isWhatNftTakes() {
        Masquerade step =
                Masquerade.of(mark("blue", "one"), addresses("10.1.0.2/16", "fd00:1::2/64"));
        add(mark("blue", "one"), "10.1.0.2/16", "fd00:1::2/64");
        String made = ruleset();
        witness.run("nft", "flush", "ruleset");

        step.describe()
                .forEach(line ->
                        witness.runWith(line.substring("nft ".length()) + "\n", "nft", "-f", "-"));

        assertThat(ruleset()).isEqualTo(made);
    }

    @Test
    void kernelCheck_changesNothing() {
        Masquerade.requireKernel(site);
        assertThat(ruleset()).isEmpty();

        add(mark("blue", "one"), "10.1.0.2/16");
        Masquerade.requireKernel(site);
    }
}
