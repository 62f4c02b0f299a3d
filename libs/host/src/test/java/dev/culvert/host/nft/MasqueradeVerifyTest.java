// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.host.Drift;
import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Undo;
import dev.culvert.net.IfAddr;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** CHECK: each part taken away or changed by another program is the difference that is reported. */
@InNetns(mayLeave = true)
class MasqueradeVerifyTest {
    private static final String TABLE = "inet culvert_masquerade";
    private static final Mark MARK = new Mark("blue", "one", "eth0");
    private static final String LINK = MARK.hostLinkName();
    private static final Masquerade STEP =
            Masquerade.of(MARK, List.of(IfAddr.parse("10.1.0.2/16"), IfAddr.parse("fd00:1::2/64")));
    private static final String SET = "addresses4-16";
    private static final String CHAIN = "postrouting4-16";

    private final Witness witness = new Witness();
    private final Site site = new Site(new FfmLibc(), Optional.empty());

    @BeforeEach
    void add() {
        Undo undo = new Undo();
        STEP.apply(site, undo);
        undo.commit();
        // Somebody else's attachment does not matter.
        Masquerade.of(new Mark("blue", "two", "eth0"), List.of(IfAddr.parse("10.1.0.3/16")))
                .apply(site, undo);
        undo.commit();
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void nft(String... words) {
        witness.run(Stream.concat(Stream.of("nft"), Stream.of(words)).toArray(String[]::new));
    }

    private String drift() {
        return STEP.verify(site).map(Drift::toString).orElse("none");
    }

    private String handle(String chain, String part) {
        return witness.run("nft", "-a", "list", "chain", "inet", "culvert_masquerade", chain)
                .lines()
                .filter(line -> line.contains(part))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*# handle ", "");
    }

    @Test
    void untouched_hasNoDrift() {
        assertThat(STEP.verify(site)).isEmpty();
    }

    @Test
    void nothingToMasquerade_asksNothing() {
        FaultLibc counting = new FaultLibc(new FfmLibc());
        try (Site counted = new Site(counting.libc(), Optional.empty())) {
            assertThat(Masquerade.of(MARK, List.of()).verify(counted)).isEmpty();
            assertThat(Masquerade.of(MARK, List.of(IfAddr.parse("10.0.0.1/0"))).describe())
                    .isEmpty();
        }
        assertThat(counting.calls()).isEmpty();
    }

    /** What is known of an address whose subnet its result does not tell. */
    @Test
    void singleAddress_isFoundInTheSetOfItsSubnet() {
        Masquerade single = Masquerade.of(
                MARK, List.of(IfAddr.parse("10.1.0.2/32"), IfAddr.parse("fd00:1::2/128")));
        assertThat(single.verify(site)).isEmpty();

        nft(
                "delete",
                "rule",
                "inet",
                "culvert_masquerade",
                CHAIN,
                "handle",
                handle(CHAIN, "!= @subnets4-16"));

        assertThat(single.verify(site).map(Drift::toString))
                .hasValueSatisfying(drift -> assertThat(drift)
                        .startsWith("rule in chain " + TABLE + " " + CHAIN + ": wanted ip saddr @"
                                + SET));
        nft("flush", "set", "inet", "culvert_masquerade", SET);
        assertThat(single.verify(site).map(Drift::toString))
                .hasValue("address 10.1.0.2 in set " + TABLE + " " + SET
                        + ": wanted present, found missing");
    }

    @Test
    void flushedRuleset_lacksTheChain() {
        nft("flush", "ruleset");

        assertThat(drift())
                .isEqualTo("chain " + TABLE + " " + CHAIN + ": wanted present, found missing");
    }

    @Test
    void chainElsewhere_isReportedWithBothHooks() {
        nft("flush", "ruleset");
        nft("add table " + TABLE + "; add chain " + TABLE + " " + CHAIN
                + " { type filter hook postrouting priority 0; policy drop; }");

        assertThat(drift())
                .isEqualTo(
                        "chain " + TABLE + " " + CHAIN
                                + ": wanted type nat hook postrouting priority 100; "
                                + "policy accept;, found type filter hook postrouting priority 0; policy drop;");
    }

    @Test
    void missingRule_isReportedInNftsWords() {
        nft("delete rule " + TABLE + " " + CHAIN + " handle " + handle(CHAIN, "!= @subnets4-16"));

        assertThat(drift())
                .isEqualTo("rule in chain " + TABLE + " " + CHAIN + ": wanted ip saddr @" + SET
                        + " ip saddr . ip daddr & 255.255.0.0 != @subnets4-16 masquerade,"
                        + " found no such rule");
    }

    @Test
    void changedRule_isReportedWithBothTexts() {
        nft("replace rule " + TABLE + " " + CHAIN + " handle " + handle(CHAIN, "!= @subnets4-16")
                + " ip saddr @" + SET
                + " ip saddr . ip daddr & 255.255.255.0 != @subnets4-16 masquerade");

        assertThat(drift())
                .contains(
                        "wanted ip saddr @" + SET
                                + " ip saddr . ip daddr & 255.255.0.0 != @subnets4-16 masquerade",
                        "found ip saddr @" + SET
                                + " ip saddr . ip daddr & 255.255.255.0 != @subnets4-16 masquerade");
    }

    @Test
    void missingMulticastRule_isReported() {
        nft("delete rule " + TABLE + " postrouting6-64 handle "
                + handle("postrouting6-64", "ff00::/8"));

        assertThat(drift()).contains("wanted ip6 daddr ff00::/8 return, found no such rule");
    }

    @Test
    void rulesOfOthersBesideOurs_areNotLookedAt() {
        nft("add rule " + TABLE + " " + CHAIN + " counter");

        assertThat(drift()).isEqualTo("none");
    }

    @Test
    void missingSubnet_isReported() {
        nft("delete element " + TABLE + " subnets4-16 { 10.1.0.2 . 10.1.0.0 }");

        assertThat(drift())
                .isEqualTo("address 10.1.0.2 in set " + TABLE
                        + " subnets4-16: wanted present, found missing");
    }

    @Test
    void missingAddress_isReported() {
        nft("delete element " + TABLE + " " + SET + " { 10.1.0.2 }");

        assertThat(drift())
                .isEqualTo("address 10.1.0.2 in set " + TABLE + " " + SET
                        + ": wanted present, found missing");
    }

    @Test
    void addressOfAnotherOwner_isReported() {
        nft("delete element " + TABLE + " " + SET + " { 10.1.0.2 }; add element " + TABLE + " "
                + SET + " { 10.1.0.2 comment \"veth9\" }");

        assertThat(drift())
                .isEqualTo("owner of address 10.1.0.2 in set " + TABLE + " " + SET + ": wanted "
                        + LINK + ", found veth9");
    }

    @Test
    void missingOwner_isReported() {
        nft("delete element " + TABLE + " owners6 { \"" + LINK + "\" . 0 }");

        assertThat(drift())
                .startsWith(
                        "element in map " + TABLE + " owners6: wanted \"" + LINK + "\" . 0 comment")
                .endsWith(": fd00:1::2, found missing");
    }

    @Test
    void whatAnotherProgramDamaged_isRemovedAllTheSame() {
        nft("delete element " + TABLE + " " + SET + " { 10.1.0.2 }");
        nft("flush chain " + TABLE + " postrouting6-64");
        nft("delete set " + TABLE + " subnets6-64");

        Masquerade.remove(site, MARK);

        assertThat(witness.run("nft", "list", "ruleset"))
                .doesNotContain(LINK, "fd00:1::2", "10.1.0.2");
    }

    @Test
    void whatAnotherProgramDeleted_isMadeAgainByAnAdd() {
        Masquerade.remove(site, MARK);
        nft("delete chain " + TABLE + " " + CHAIN);
        nft("delete map " + TABLE + " owners6");
        nft("delete set " + TABLE + " " + SET);

        STEP.apply(site, new Undo());

        assertThat(drift()).isEqualTo("none");
    }

    @Test
    void whatNobodyOwns_givesWayToAnAdd() {
        nft("flush map " + TABLE + " owners4");
        nft("flush set " + TABLE + " addresses6-64");

        STEP.apply(site, new Undo());

        assertThat(drift()).isEqualTo("none");
    }
}
