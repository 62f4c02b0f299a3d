// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IpAddr;
import dev.culvert.wire.golden.Golden;
import dev.culvert.wire.netlink.NlReader;
import dev.culvert.wire.netlink.NlWriter;
import dev.culvert.wire.nft.Expression.Bitwise;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Counter;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Masq;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;
import dev.culvert.wire.nft.Expression.Unknown;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Our values against what nft sends, both ways. */
class NftGoldenTest {
    private static final Table TABLE = Table.named(Family.INET, "t");
    private static final Chain CHAIN = Chain.named(TABLE, "c");
    private static final KeyType LINK_AND_NUMBER = KeyType.of(DataType.IFNAME, DataType.MARK);

    private static <T> void same(
            String golden,
            int index,
            T value,
            Function<NlReader, T> decode,
            BiConsumer<T, NlWriter> encode) {
        Golden file = Golden.read("nftables/" + golden);

        assertThat(file.decode(index, decode)).isEqualTo(value);
        assertThat(file.encode(index, w -> encode.accept(value, w))).isEqualTo(file.show(index));
    }

    private static void sameTable(String golden, Table value) {
        same(golden, 0, value, Table::decode, Table::encode);
    }

    private static void sameChain(String golden, Chain value) {
        same(golden, 0, value, Chain::decode, Chain::encode);
    }

    private static void sameSet(String golden, NftSet value) {
        same(golden, 0, value, NftSet::decode, NftSet::encode);
    }

    private static void sameElements(String golden, Elements value) {
        same(golden, 0, value, Elements::decode, Elements::encode);
    }

    private static void sameRule(String golden, int index, Rule value) {
        same(golden, index, value, Rule::decode, Rule::encode);
    }

    private static Rule rule(Expression... expressions) {
        return Rule.in(CHAIN, expressions);
    }

    private static Expression isIpv4(int proto) {
        return new Cmp(1, Cmp.EQ, Value.u8(proto));
    }

    /** nft gives sets that it knows a number too. */
    private static Lookup inNewest(String set) {
        return new Lookup(set, 1, 1, OptionalInt.empty(), false);
    }

    private static Value bytes(int... values) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (byte) values[i];
        }
        return Value.of(result);
    }

    @Test
    void table_withComment() {
        sameTable("table", TABLE.withComment("made by a test"));
    }

    @Test
    void deletions_nameTheObjectAlone() {
        same("table-delete", 0, TABLE, Table::decode, Table::encodeKey);
        same("chain-delete", 0, CHAIN, Chain::decode, Chain::encodeKey);
        same("chain-flush", 0, Rule.allOf(CHAIN), Rule::decode, Rule::encodeKey);
        same("rule-delete", 0, Rule.allOf(CHAIN).withHandle(2), Rule::decode, Rule::encodeKey);
    }

    @Test
    void setDeletion_namesTheSetAlone() {
        Golden golden = Golden.read("nftables/set-delete");

        NftSet set = NftSet.ofAddresses(TABLE, "s", true);

        assertThat(golden.encode(0, set::encodeKey)).isEqualTo(golden.show(0));
    }

    @Test
    void plainChain_hasNoHook() {
        sameChain("chain-plain", CHAIN);
    }

    @Test
    void baseChain_hasHookTypePriorityPolicyAndComment() {
        sameChain(
                "chain-base",
                CHAIN.withHook(Hook.of("nat", Hook.POSTROUTING, Hook.PRIORITY_SRCNAT))
                        .withComment("egress"));
    }

    @Test
    void addressSet_isWhatOurFactoryMakes() {
        sameSet("set", NftSet.ofAddresses(TABLE, "s", true).withComment("net x"));
        sameSet("set6", NftSet.ofAddresses(TABLE, "s", false));
    }

    @Test
    void mapOfConcatenation_hasConcatenatedTypeNumberAndPaddedLength() {
        NftSet map = NftSet.mapToAddresses(TABLE, "m", LINK_AND_NUMBER, false);

        assertThat(map.key().number()).isEqualTo(41 << 6 | 19);
        assertThat(map.key().length()).isEqualTo(20);
        sameSet(
                "map",
                map.withUserdata(
                        Golden.read("nftables/map").decode(0, NftSet::decode).userdata()));
    }

    @Test
    void verdictMap_keepsTheKernelsTypeNumber() {
        NftSet map = Golden.read("nftables/map-verdict").decode(0, NftSet::decode);

        assertThat(map.data().orElseThrow().number()).isEqualTo(0xffffff00);
        sameSet("map-verdict", map);
    }

    @Test
    void elements_ofASet() {
        sameElements(
                "element",
                new Elements(
                        Family.INET,
                        "t",
                        "s",
                        1,
                        List.of(
                                Element.of(Value.of(IpAddr.parse("10.1.0.5"))).withComment("veth0"),
                                Element.of(Value.of(IpAddr.parse("10.1.0.6"))))));
    }

    @Test
    void elements_ofAMapWithPaddedKey() {
        sameElements(
                "element-map",
                new Elements(
                        Family.INET,
                        "t",
                        "m",
                        1,
                        List.of(Element.of(
                                        Value.concat(Value.ifname("veth0"), Value.u32(1)),
                                        Value.of(IpAddr.parse("fd00::5")))
                                .withComment("who"))));
    }

    @Test
    void elements_ofAVerdictMap() {
        sameElements(
                "element-verdict",
                new Elements(
                        Family.INET,
                        "t",
                        "m",
                        1,
                        List.of(Element.of(Value.ifname("veth0"), Verdict.going("c")))));
    }

    @Test
    void elementsToDeleteOrToFind_areKeys() {
        Element key = Element.of(Value.of(IpAddr.parse("10.1.0.5")));
        sameElements("element-delete", new Elements(Family.INET, "t", "s", 0, List.of(key)));
        same(
                "element-get",
                0,
                new Elements(Family.INET, "culvert", "n4", 0, List.of(key)),
                Elements::decode,
                Elements::encodeGet);
    }

    @Test
    void rule_masqueradesASetUnlessWithinTheSubnet() {
        sameRule(
                "rule-masquerade",
                0,
                rule(
                                new Meta(Meta.NFPROTO, 1),
                                isIpv4(2),
                                new Payload(1, Payload.NETWORK, 12, 4),
                                inNewest("s"),
                                new Payload(1, Payload.NETWORK, 16, 4),
                                Bitwise.mask(bytes(255, 255, 254, 0)),
                                new Cmp(1, Cmp.NEQ, bytes(10, 1, 2, 0)),
                                new Masq(0))
                        .withComment("net x, 10.1.2.0/23"));
    }

    @Test
    void rule_masqueradesIpv6WithRandomPorts() {
        // nft loads only the prefix when it ends at a byte.
        sameRule(
                "rule-masquerade6",
                0,
                rule(
                        new Meta(Meta.NFPROTO, 1),
                        isIpv4(10),
                        new Payload(1, Payload.NETWORK, 8, 16),
                        inNewest("s"),
                        new Payload(1, Payload.NETWORK, 24, 8),
                        new Cmp(1, Cmp.NEQ, bytes(0xfd, 0, 0, 1, 0, 0, 0, 0)),
                        new Masq(Masq.RANDOM_FULLY)));
    }

    @Test
    void rule_asksWhetherTheDestinationIsLocal() {
        sameRule(
                "rule-local",
                0,
                rule(
                        Fib.destinationType(),
                        new Cmp(1, Cmp.EQ, Value.u32(Fib.LOCAL)),
                        Immediate.verdict(Verdict.accept())));
    }

    @Test
    void rule_asksWhetherTheDestinationWasChanged() {
        sameRule(
                "rule-dnatted",
                0,
                rule(
                        new Ct(Ct.STATUS, 1),
                        Bitwise.mask(Value.u32(Ct.DESTINATION_NAT)),
                        new Cmp(1, Cmp.NEQ, Value.u32(0)),
                        Immediate.verdict(Verdict.accept())));
    }

    @Test
    void rule_givesTheDestinationOfAMap() {
        sameRule(
                "rule-dnat",
                0,
                rule(
                        new Meta(Meta.NFPROTO, 1),
                        isIpv4(2),
                        new Meta(Meta.L4PROTO, 1),
                        new Payload(9, Payload.TRANSPORT, 2, 2),
                        new Lookup("m", 1, 1, OptionalInt.of(1), false),
                        new Nat(Family.IPV4, 1, 9)));
    }

    @Test
    void rule_returnsMulticast() {
        sameRule(
                "rule-multicast",
                0,
                rule(
                        new Meta(Meta.NFPROTO, 1),
                        isIpv4(2),
                        new Payload(1, Payload.NETWORK, 16, 4),
                        Bitwise.mask(bytes(0xf0, 0, 0, 0)),
                        new Cmp(1, Cmp.EQ, bytes(0xe0, 0, 0, 0)),
                        Immediate.verdict(Verdict.returning())));
    }

    @Test
    void rules_withEachVerdict() {
        List<Verdict> verdicts = List.of(
                Verdict.accept(),
                Verdict.drop(),
                Verdict.returning(),
                Verdict.jump("d"),
                Verdict.going("d"));
        for (int i = 0; i < verdicts.size(); i++) {
            sameRule("rule-verdicts", i, rule(Immediate.verdict(verdicts.get(i))));
        }
    }

    @Test
    void rule_countsWhatLeavesByALink() {
        // A name is compared with its zero, so that "eth0" is not a prefix of "eth01".
        sameRule(
                "rule-counter",
                0,
                rule(
                        new Meta(Meta.OIFNAME, 1),
                        new Cmp(1, Cmp.EQ, Value.ifname("eth0")),
                        new Counter(0, 0)));
    }

    @Test
    void rule_looksVerdictsUp() {
        sameRule(
                "rule-vmap",
                0,
                rule(new Meta(Meta.IIFNAME, 1), new Lookup("m", 1, 1, OptionalInt.of(0), false)));
    }

    @Test
    void rule_behindAnother() {
        sameRule(
                "rule-position",
                0,
                rule(
                                new Meta(Meta.MARK, 1),
                                new Cmp(1, Cmp.EQ, Value.u32(0x10)),
                                Immediate.verdict(Verdict.drop()))
                        .withPosition(2));
    }

    @Test
    void unknownExpression_isKeptByteForByte() {
        Rule rule = Golden.read("nftables/rule-unknown").decode(0, Rule::decode);

        assertThat(rule.expressions()).hasSize(1).first().isInstanceOf(Unknown.class);
        assertThat(rule.text()).isEqualTo("[limit]");
        sameRule("rule-unknown", 0, rule);
    }

    @Test
    void kernelsAnswers_areUnderstood() {
        Chain chain = Golden.read("nftables/answer-chain").decode(0, Chain::decode);
        Rule rule = Golden.read("nftables/answer-rule").decode(0, Rule::decode);
        Elements found = Golden.read("nftables/answer-element").decode(0, Elements::decode);

        assertThat(chain.hook()).contains(Hook.of("nat", Hook.POSTROUTING, Hook.PRIORITY_SRCNAT));
        assertThat(rule.text())
                .isEqualTo("ip saddr @n4 ip daddr != 10.1.0.0/16 masquerade comment \"net x\"");
        assertThat(rule.handle()).isPositive();
        assertThat(found.elements())
                .containsExactly(Element.of(
                                Value.concat(Value.ifname("veth0"), Value.u32(0)),
                                Value.of(IpAddr.parse("10.1.0.5")))
                        .withComment("who"));
    }

    @Test
    void setsInAnswers_haveTypesAndComments() {
        Golden golden = Golden.read("nftables/answer-set");
        List<NftSet> sets = IntStream.range(0, golden.size())
                .mapToObj(i -> golden.decode(i, NftSet::decode))
                .toList();

        assertThat(sets)
                .extracting(NftSet::describe)
                .contains(
                        "map inet culvert owners4 { type ifname . mark : ipv4_addr; }",
                        "set inet culvert n4 { type ipv4_addr; comment \"net x\"; }");
        assertThat(sets).allMatch(set -> set.handle() > 0);
    }

    @Test
    void jumpMadeByIptables_isFound() {
        Golden golden = Golden.read("nftables/answer-iptables");

        Rule jump = golden.decode(golden.size() - 1, Rule::decode);

        assertThat(jump.chain()).isEqualTo("POSTROUTING");
        assertThat(jump.leadsTo("CNI-0123456789abcdef01234567")).isTrue();
        assertThat(jump.leadsTo("CNI-0123456789abcdef01234568")).isFalse();
        assertThat(jump.text())
                .isEqualTo("ip saddr 10.1.0.2 counter packets 0 bytes 0 "
                        + "jump CNI-0123456789abcdef01234567");
        assertThat(golden.decode(0, Rule::decode).text())
                .startsWith("ip daddr 10.1.0.0/16 [match] counter");
    }

    @Test
    void elements_areDescribedByTheirSetsTypes() {
        NftSet set = NftSet.ofAddresses(TABLE, "s", true);
        assertThat(Elements.of(
                                set,
                                List.of(Element.of(Value.of(IpAddr.parse("10.1.0.5")))
                                        .withComment("veth0")))
                        .describe(set))
                .isEqualTo("element inet t s { 10.1.0.5 comment \"veth0\" }");
    }
}
