// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.net.IfAddr;
import dev.culvert.net.IpAddr;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class RangeTest {
    private static Range range(String subnet, String start, String end) {
        return Range.of(IfAddr.parse(subnet), optional(start), optional(end), Optional.empty());
    }

    private static Optional<IpAddr> optional(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(IpAddr.parse(text));
    }

    private static RangeSet set(String... ranges) {
        return new RangeSet(
                Arrays.stream(ranges)
                        .map(text -> {
                            String[] parts = (text + ",,").split(",", -1);
                            return range(parts[0], parts[1], parts[2]);
                        })
                        .toList(),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.1, 192.0.2.254, 192.0.2.1",
        "192.0.2.128/25, 192.0.2.129, 192.0.2.254, 192.0.2.129",
        "192.0.2.0/30, 192.0.2.1, 192.0.2.2, 192.0.2.1",
        "0.0.0.0/0, 0.0.0.1, 255.255.255.254, 0.0.0.1",
        "2001:db8:1::/64, 2001:db8:1::1, 2001:db8:1:0:ffff:ffff:ffff:ffff, 2001:db8:1::1",
        "2001:db8:1::/126, 2001:db8:1::1, 2001:db8:1::3, 2001:db8:1::1"
    })
    void defaults_areFromTheSecondAddressToTheLast(
            String subnet, String start, String end, String gateway) {
        Range range = range(subnet, "", "");

        assertThat(range.toString()).isEqualTo(start + "-" + end);
        assertThat(range.gateway()).hasToString(gateway);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.12/24 | | | Network has host bits set. For a subnet mask of length 24 the network address is 192.0.2.0",
                "2001:db8:1::24/64 | | | Network has host bits set. For a subnet mask of length 64 the network address is "
                        + "2001:db8:1::",
                "192.0.2.0/31 | | | Network 192.0.2.0/31 too small to allocate from",
                "192.0.2.0/32 | | | Network 192.0.2.0/32 too small to allocate from",
                "2001:db8:1::/127 | | | Network 2001:db8:1::/127 too small to allocate from",
                "192.0.2.0/24 | 192.0.3.0 | | RangeStart 192.0.3.0 not in network 192.0.2.0/24",
                "192.0.2.0/24 | 2001:db8::1 | | RangeStart 2001:db8::1 not in network 192.0.2.0/24",
                "192.0.2.0/24 | | 192.0.4.0 | RangeEnd 192.0.4.0 not in network 192.0.2.0/24",
                "192.0.2.0/24 | 192.0.2.255 | | RangeStart 192.0.2.255 is after RangeEnd, which is 192.0.2.254 by default "
                        + "in network 192.0.2.0/24",
                "192.0.2.0/24 | | 192.0.2.0 | RangeEnd 192.0.2.0 not in network 192.0.2.0/24 from 192.0.2.1 on",
                "192.0.2.0/24 | 192.0.2.50 | 192.0.2.40 | RangeEnd 192.0.2.40 not in network 192.0.2.0/24 from 192.0.2.50 on"
            })
    void impossibleRange_isRefusedInTheReferencesWords(
            String subnet, String start, String end, String message) {
        assertThatThrownBy(() -> range(subnet, start, end))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.40, true",
        "192.0.2.45, true",
        "192.0.2.50, true",
        "192.0.2.39, false",
        "192.0.2.51, false",
        "192.0.3.45, false",
        "::ffff:192.0.2.45, true",
        "2001:db8::1, false"
    })
    void membership_includesBothEnds(String address, boolean member) {
        Range range = range("192.0.2.0/24", "192.0.2.40", "192.0.2.50");

        assertThat(range.contains(IpAddr.parse(address))).isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.0/24 | 192.0.2.0/24 | true",
                "192.0.0.0/20 | 192.0.2.0/24 | true",
                "192.0.2.0/25 | 192.0.2.128/25 | false",
                "192.0.2.0/24,192.0.2.10,192.0.2.20 | 192.0.2.0/24,192.0.2.21,192.0.2.30 | false",
                "192.0.2.0/24,192.0.2.10,192.0.2.20 | 192.0.2.0/24,192.0.2.20,192.0.2.30 | true",
                "192.0.2.0/24,192.0.2.10,192.0.2.40 | 192.0.2.0/24,192.0.2.20,192.0.2.30 | true",
                "0.0.0.0/0 | ::/0 | false",
                "2001:db8:1::/64 | 2001:db8:1::/96 | true"
            })
    void overlap_isSymmetric(String one, String other, boolean overlapping) {
        assertThat(set(one).overlaps(set(other))).isEqualTo(overlapping);
        assertThat(set(other).overlaps(set(one))).isEqualTo(overlapping);
    }

    @Test
    void rangesOfASet_mustNotOverlapOrMixFamilies() {
        assertThatThrownBy(() -> set("192.0.0.0/20", "192.0.2.0/24"))
                .hasMessage("subnets 192.0.0.1-192.0.15.254 and 192.0.2.1-192.0.2.254 overlap");
        assertThatThrownBy(() -> set("192.0.2.0/24", "2001:db8::/64"))
                .hasMessage("mixed address families");
        assertThatThrownBy(() -> new RangeSet(List.of(), List.of())).hasMessage("empty range set");
    }

    @Test
    void membershipOfASet_isThatOfAnyRange() {
        RangeSet set = set("192.0.2.0/24", "198.51.100.0/24");

        assertThat(set.contains(IpAddr.parse("198.51.100.7"))).isTrue();
        assertThat(set.contains(IpAddr.parse("203.0.113.7"))).isFalse();
        assertThat(set.rangeOf(IpAddr.parse("198.51.100.7")).orElseThrow().gateway())
                .hasToString("198.51.100.1");
        assertThat(set).hasToString("192.0.2.1-192.0.2.254,198.51.100.1-198.51.100.254");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.0/24 | 253",
                "192.0.2.0/24,192.0.2.0,192.0.2.255 | 253",
                "192.0.2.0/24,192.0.2.10,192.0.2.19 | 10",
                "2001:db8::/64,2001:db8::1,2001:db8::10 | 15",
                "2001:db8::/64 | 9223372036854775807",
                "10.0.0.0/8 | 16777213",
                "::/0 | 9223372036854775807"
            })
    void capacity_leavesOutGatewayNetworkAndBroadcast(String range, long capacity) {
        assertThat(set(range).capacity()).isEqualTo(capacity);
    }

    @Test
    void excluded_isCutOut() {
        List<Stretch> excluded = List.of(
                Stretch.parse("192.0.2.0/29"),
                Stretch.parse("192.0.2.100-192.0.2.253"),
                Stretch.parse("192.0.2.50"),
                Stretch.parse("192.0.2.4-192.0.2.9"),
                Stretch.parse("2001:db8::/32"));
        RangeSet set = new RangeSet(List.of(range("192.0.2.0/24", "", "")), excluded);

        assertThat(set.segments().stream()
                        .map(segment -> segment.stretch().first() + "-"
                                + segment.stretch().last()))
                .containsExactly(
                        "192.0.2.10-192.0.2.49",
                        "192.0.2.51-192.0.2.99",
                        "192.0.2.254-192.0.2.254");
        assertThat(set.refusal(IpAddr.parse("192.0.2.120")))
                .hasValueSatisfying(why -> assertThat(why).contains("ipam.exclude"));
    }

    @Test
    void everythingExcluded_leavesNothing() {
        RangeSet set = new RangeSet(
                List.of(range("192.0.2.0/24", "", "")), List.of(Stretch.parse("0.0.0.0/0")));

        assertThat(set.segments()).isEmpty();
        assertThat(set.capacity()).isZero();
    }

    @Test
    void rangeToTheEndOfTheAddresses_doesNotWrap() {
        RangeSet set = set("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124");

        assertThat(set.segments().getLast().stretch().last())
                .hasToString("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assertThat(set.capacity()).isEqualTo(14);
    }
}
