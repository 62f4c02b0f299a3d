// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.net.IpAddr;
import dev.culvert.wire.golden.Golden;
import dev.culvert.wire.nft.Expression.Cmp;
import dev.culvert.wire.nft.Expression.Immediate;
import dev.culvert.wire.nft.Expression.Lookup;
import dev.culvert.wire.nft.Expression.Meta;
import dev.culvert.wire.nft.Expression.Payload;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.OptionalInt;

/** Values in nft's words. */
class DescribeTest {
    private static final Table TABLE = Table.named(Family.INET, "t");
    private static final Chain CHAIN = Chain.named(TABLE, "c");

    private static String text(String golden) {
        return Golden.read("nftables/" + golden).decode(0, Rule::decode).text();
    }

    @Test
    void rulesOfNft_readAsTheyWereGiven() {
        assertThat(text("rule-masquerade"))
                .isEqualTo(
                        "ip saddr @s ip daddr != 10.1.2.0/23 masquerade comment \"net x, 10.1.2.0/23\"");
        assertThat(text("rule-masquerade6"))
                .isEqualTo("ip6 saddr @s ip6 daddr != fd00:1::/64 masquerade fully-random");
        assertThat(text("rule-multicast")).isEqualTo("ip daddr 224.0.0.0/4 return");
        assertThat(text("rule-counter")).isEqualTo("oifname \"eth0\" counter packets 0 bytes 0");
        assertThat(text("rule-position")).isEqualTo("meta mark 16 drop");
        assertThat(text("rule-local")).isEqualTo("fib daddr type local accept");
        assertThat(text("rule-dnatted")).isEqualTo("ct status dnat accept");
        assertThat(text("rule-dnat"))
                .isEqualTo("meta nfproto ipv4 dnat ip to meta l4proto . th dport map @m");
        assertThat(text("rule-verdicts")).isEqualTo("accept");
    }

    @Test
    void familyAloneInARule_isSaid() {
        Rule rule = Rule.in(
                CHAIN,
                new Meta(Meta.NFPROTO, 1),
                new Cmp(1, Cmp.EQ, Value.u8(10)),
                Immediate.verdict(Verdict.drop()));

        assertThat(rule.text()).isEqualTo("meta nfproto ipv6 drop");
    }

    @Test
    void packetBytesWithoutAName_areShownByPlace() {
        Rule rule = Rule.in(
                CHAIN,
                new Payload(1, Payload.NETWORK, 12, 4),
                new Cmp(1, 2, Value.u32(1)),
                new Lookup("s", 0, 1, OptionalInt.empty(), true));

        assertThat(rule.text()).isEqualTo("@nh,96,32 < 1 @nh,96,32 != @s");
    }

    @Test
    void objects_areWhatNftAddTakes() {
        assertThat(TABLE.withComment("why").describe())
                .isEqualTo("table inet t { comment \"why\"; }");
        assertThat(TABLE.describe()).isEqualTo("table inet t");
        assertThat(CHAIN.describe()).isEqualTo("chain inet t c");
        assertThat(CHAIN.withHook(Hook.of("nat", Hook.POSTROUTING, 100))
                        .withComment("why")
                        .describe())
                .isEqualTo(
                        "chain inet t c { type nat hook postrouting priority 100; policy accept; comment \"why\"; }");
        assertThat(Rule.allOf(CHAIN).withHandle(7).label()).isEqualTo("rule inet t c handle 7");
        assertThat(Rule.in(CHAIN, Immediate.verdict(Verdict.accept()))
                        .withPosition(7)
                        .describe())
                .isEqualTo("rule inet t c position 7 accept");
    }

    @Test
    void elementsOfMaps_haveTheirData() {
        NftSet map =
                NftSet.mapToAddresses(TABLE, "m", KeyType.of(DataType.IFNAME, DataType.MARK), true);
        Element element = Element.of(
                        Value.concat(Value.ifname("veth0"), Value.u32(3)),
                        Value.of(IpAddr.parse("10.1.0.5")))
                .withComment("who");

        assertThat(Elements.of(map, List.of(element)).describe(map))
                .isEqualTo("element inet t m { \"veth0\" . 3 comment \"who\" : 10.1.0.5 }");
    }

    @Test
    void valueThatDoesNotFitItsType_isShownInHexadecimal() {
        assertThat(KeyType.of(DataType.IPV4_ADDR).describe(Value.u8(5))).isEqualTo("0x05");
        assertThat(KeyType.of(DataType.IPV4_ADDR)).hasToString("ipv4_addr");
    }

    @Test
    void commentThatTheKernelCannotKeep_isRefused() {
        assertThatThrownBy(() -> Userdata.comment("x".repeat(255)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Userdata.comment("x".repeat(253)).comment()).hasSize(253);
    }

    @Test
    void foreignUserdata_hasNoComment() {
        assertThat(Userdata.of(new byte[] {1, 2, 3}).comment()).isEmpty();
        assertThat(Userdata.of(new byte[] {0, 9, 3}).comment()).isEmpty();
    }

    @Test
    void linkNameOfSixteenBytes_isRefused() {
        assertThatThrownBy(() -> Value.ifname("abcdefghijklmnop"))
                .hasMessageContaining("at most 15");
    }
}
