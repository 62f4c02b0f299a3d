// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @Test
    void hostBits_areRefusedWithTheNetworkThatWasMeant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subnet.parse("10.1.2.3/20"))
                .withMessageContaining("the network address is 10.1.0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subnet.parse("2001:db8::1/64"))
                .withMessageContaining("the network address is 2001:db8::");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/1x",
                "::/129",
                "/8",
                "x/8",
                "::/0008"
            })
    void textThatIsNoSubnet_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Subnet.parse(text));
        assertThatIllegalArgumentException().isThrownBy(() -> IfAddr.parse(text));
    }

    @Test
    void membership_looksAtFamilyAndPrefix() {
        Subnet subnet = Subnet.parse("10.1.0.0/20");

        assertThat(subnet.contains(IpAddr.parse("10.1.15.255"))).isTrue();
        assertThat(subnet.contains(IpAddr.parse("10.1.16.0"))).isFalse();
        assertThat(subnet.contains(IpAddr.parse("::"))).isFalse();
        assertThat(Subnet.parse("0.0.0.0/0").contains(IpAddr.parse("255.255.255.255")))
                .isTrue();
        assertThat(subnet.last()).hasToString("10.1.15.255");
        assertThat(Subnet.parse("2001:db8::/64").last())
                .hasToString("2001:db8::ffff:ffff:ffff:ffff");
    }

    @Test
    void overlap_isSymmetric() {
        Subnet wide = Subnet.parse("10.0.0.0/8");
        Subnet narrow = Subnet.parse("10.9.0.0/16");

        assertThat(wide.overlaps(narrow)).isTrue();
        assertThat(narrow.overlaps(wide)).isTrue();
        assertThat(narrow.overlaps(Subnet.parse("10.8.0.0/16"))).isFalse();
    }

    @Test
    void interfaceAddress_keepsItsHostBits() {
        assertThat(IfAddr.parse("10.1.2.3/20")).hasToString("10.1.2.3/20");
        assertThat(IfAddr.parse("10.1.2.3/20").subnet()).hasToString("10.1.0.0/20");
        assertThat(IfAddr.host(IpAddr.parse("::1"))).hasToString("::1/128");
    }
}
