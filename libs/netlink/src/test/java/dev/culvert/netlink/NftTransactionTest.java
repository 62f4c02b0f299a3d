// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.net.IpAddr;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.RefusingKernel;
import dev.culvert.testkit.Witness;
import dev.culvert.wire.nft.Chain;
import dev.culvert.wire.nft.Element;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Family;
import dev.culvert.wire.nft.NftSet;
import dev.culvert.wire.nft.Rule;
import dev.culvert.wire.nft.Table;
import dev.culvert.wire.nft.Value;
import dev.culvert.wire.nft.Verdict;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

@InNetns(mayLeave = true)
class NftTransactionTest {
    private static final Libc LIBC = new FfmLibc();
    private static final int ERESTART = 85;
    private static final Table TABLE = Table.named(Family.INET, "t");
    private static final Chain CHAIN = Chain.named(TABLE, "c");
    private static final NftSet SET = NftSet.ofAddresses(TABLE, "s", true);
    private static final Element ELEMENT =
            Element.of(Value.of(IpAddr.parse("10.1.0.2"))).withComment("one");

    private final Witness witness = new Witness();

    private static NetlinkSocket open(Libc libc) {
        return NetlinkSocket.open(libc, Linux.NETLINK_NETFILTER);
    }

    private static NftTransaction making() {
        NftTransaction nft = new NftTransaction("test");
        nft.add(TABLE);
        nft.create(CHAIN);
        nft.create(SET);
        nft.add(SET, List.of(ELEMENT));
        nft.add(Rule.in(CHAIN, Immediate.verdict(Verdict.accept())).withComment("why"));
        return nft;
    }

    private String ruleset() {
        return witness.run("nft", "list", "ruleset");
    }

    @Test
    void transaction_isWhatItPrints() {
        try (NetlinkSocket socket = open(LIBC)) {
            making().commit(socket);
        }
        String made = ruleset();
        witness.run("nft", "flush", "ruleset");

        witness.runWith(making() + "\n", "nft", "-f", "-");

        assertThat(ruleset()).isEqualTo(made);
        assertThat(making().describe())
                .containsExactly(
                        "add table inet t",
                        "create chain inet t c",
                        "create set inet t s { type ipv4_addr; }",
                        "add element inet t s { 10.1.0.2 comment \"one\" }",
                        "add rule inet t c accept comment \"why\"");
    }

    @Test
    void refusedChange_changesNothingAndIsNamed() {
        try (NetlinkSocket socket = open(LIBC)) {
            making().commit(socket);
            String before = ruleset();
            NftTransaction second = making();

            assertThat(second.tryCommit(socket)).isFalse();

            assertThatThrownBy(() -> making().commit(socket))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("nft create chain inet t c: EEXIST (File exists)");
            assertThat(second.refusedOnlyWith(Errno.EEXIST)).isTrue();
            assertThat(ruleset()).isEqualTo(before);
        }
    }

    @Test
    void check_changesNothing() {
        try (NetlinkSocket socket = open(LIBC)) {
            assertThat(making().check(socket)).isTrue();
            assertThat(ruleset()).isEmpty();
            NftTransaction wrong = new NftTransaction("test");
            wrong.create(CHAIN);
            assertThat(wrong.check(socket)).isFalse();
        }
    }

    @Test
    void deletions_leaveNothing() {
        try (NetlinkSocket socket = open(LIBC)) {
            making().commit(socket);
            Rule rule = new Ruleset(socket).listRules(CHAIN).get(0);
            NftTransaction nft = new NftTransaction("test");
            nft.delete(rule);
            nft.delete(SET, List.of(ELEMENT));
            nft.flush(CHAIN);
            nft.delete(CHAIN);
            nft.commit(socket);
            NftTransaction rest = new NftTransaction("test");
            rest.deleteEmpty(SET);
            rest.delete(TABLE);

            rest.commit(socket);

            assertThat(ruleset()).isEmpty();
        }
    }

    @Test
    void setWithElements_isNotDeletedAsEmpty() {
        try (NetlinkSocket socket = open(LIBC)) {
            making().commit(socket);
            NftTransaction nft = new NftTransaction("test");
            NftTransaction.Entry entry = nft.deleteEmpty(SET);

            assertThat(nft.tryCommit(socket)).isFalse();

            assertThat(entry.refusedWith(Errno.EBUSY)).isTrue();
        }
    }

    @Test
    void ruleWithoutHandle_isNotDeleted() {
        assertThatThrownBy(() -> new NftTransaction("test").delete(Rule.in(CHAIN)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void emptyTransaction_costsNothing() {
        FaultLibc counting = new FaultLibc(LIBC);
        try (NetlinkSocket socket = open(counting.libc())) {
            new NftTransaction("test").commit(socket);
        }

        assertThat(counting.count("send")).isZero();
    }

    @Test
    void wholeTransaction_costsOneSendAndOneReceive() {
        FaultLibc counting = new FaultLibc(LIBC);
        try (NetlinkSocket socket = open(counting.libc())) {
            making().commit(socket);
        }

        assertThat(counting.count("send")).isEqualTo(1);
        assertThat(counting.count("recv")).isEqualTo(1);
    }

    @Test
    void rulesetThatChangedMeanwhile_isTriedAgain() {
        RefusingKernel kernel = new RefusingKernel(LIBC, ERESTART, 3);
        try (NetlinkSocket socket = open(kernel.libc())) {
            making().commit(socket);
        }

        assertThat(kernel.sends()).isEqualTo(4);
        assertThat(ruleset()).contains("accept comment \"why\"");
    }

    @Test
    void rulesetThatChangesForever_endsWithTheKernelsError() {
        RefusingKernel kernel = new RefusingKernel(LIBC, Errno.EAGAIN.number(), 1000);
        try (NetlinkSocket socket = open(kernel.libc())) {
            assertThatThrownBy(() -> making().commit(socket))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("change nftables test: EAGAIN (Resource temporarily unavailable)");
        }

        assertThat(kernel.sends()).isEqualTo(16);
    }

    @Test
    void kernelWithoutNfTables_isAnErrorOfItsOwn() {
        RefusingKernel kernel = new RefusingKernel(LIBC, Errno.EOPNOTSUPP.number(), 1);
        try (NetlinkSocket socket = open(kernel.libc())) {
            assertThatThrownBy(() -> making().commit(socket))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("change nftables test: EOPNOTSUPP (Operation not supported)");
        }
        assertThat(kernel.sends()).isEqualTo(1);
    }

    @Test
    void answerThatNeverComes_isAnErrorNotAHang() {
        FaultLibc lost = new FaultLibc(LIBC).failAll("recv", Errno.EAGAIN);
        try (NetlinkSocket socket = open(lost.libc())) {
            assertThatThrownBy(() -> making().commit(socket))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EPROTO");
        }
    }

    @Test
    void thousandsOfElements_areListedWhole() {
        List<Element> many = IntStream.range(0, 3000)
                .mapToObj(i -> Element.of(
                                Value.of(IpAddr.of(new byte[] {10, 0, (byte) (i >> 8), (byte) i})))
                        .withComment("number " + i))
                .toList();
        try (NetlinkSocket socket = open(LIBC)) {
            Ruleset ruleset = new Ruleset(socket);
            for (int round = 0; round < 10; round++) {
                making().commit(socket);
                for (int from = 0; from < many.size(); from += 500) {
                    NftTransaction nft = new NftTransaction("test");
                    nft.add(SET, many.subList(from, from + 500));
                    nft.commit(socket);
                }

                // The kernel's table grows meanwhile.
                Set<Element> listed = new HashSet<>(ruleset.listElements(SET));

                assertThat(listed.size()).isEqualTo(many.size() + 1);
                assertThat(listed.containsAll(many)).isTrue();
                assertThat(ruleset.find(SET, many.get(77)).orElseThrow().comment())
                        .isEqualTo("number 77");
                NftTransaction end = new NftTransaction("test");
                end.delete(TABLE);
                end.commit(socket);
            }
        }
    }

    @Test
    void whatIsNotThere_isEmpty() {
        try (NetlinkSocket socket = open(LIBC)) {
            Ruleset ruleset = new Ruleset(socket);

            assertThat(ruleset.find(CHAIN)).isEmpty();
            assertThat(ruleset.find(SET, ELEMENT)).isEmpty();
            assertThat(ruleset.listElements(SET)).isEmpty();
            assertThat(ruleset.listRules(CHAIN)).isEmpty();
        }
    }
}
