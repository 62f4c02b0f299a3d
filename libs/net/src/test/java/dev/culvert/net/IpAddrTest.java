// SPDX-License-Identifier: Apache-2.0
package dev.culvert.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.Random;

class IpAddrTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,10.1.2.3",
        "255.255.255.255,255.255.255.255",
        "::,::",
        "::1,::1",
        "1::,1::",
        "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
        "1:0:2:0:3:0:4:0,1:0:2:0:3:0:4:0",
        "fe80::1,fe80::1",
        "::ffff:10.0.0.1,10.0.0.1",
        "64:ff9b::10.0.0.1,64:ff9b::a00:1",
        "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8,0:2:3:4:5:6:7:8"
    })
    void text_isPrintedInCanonicalForm(String text, String canonical) {
        assertThat(IpAddr.parse(text)).hasToString(canonical);
        assertThat(IpAddr.parse(canonical))
                .isEqualTo(IpAddr.parse(text))
                .hasSameHashCodeAs(IpAddr.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1..2.3",
                "a.b.c.d",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::",
                "g::",
                "1:",
                ":1",
                "::1%eth0",
                "::1.2.3",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::１"
            })
    void textThatIsNoAddress_isRefusedWithTheText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddr.parse(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void randomAddresses_agreeWithTheJdk() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = random.nextInt(3) == 0 ? bytes[j] : 0;
            }
            IpAddr address = IpAddr.of(bytes);
            assertThat(IpAddr.parse(address.toString())).isEqualTo(address);
            assertThat(InetAddress.getByName(address.toString()).getAddress())
                    .isEqualTo(address.bytes());
        }
    }

    @Test
    void plus_carriesAndWraps() {
        assertThat(IpAddr.parse("10.0.0.255").plus(1)).hasToString("10.0.1.0");
        assertThat(IpAddr.parse("10.0.1.0").plus(-1)).hasToString("10.0.0.255");
        assertThat(IpAddr.parse("10.0.0.0").plus(70_000)).hasToString("10.1.17.112");
        assertThat(IpAddr.parse("255.255.255.255").plus(1)).hasToString("0.0.0.0");
        assertThat(IpAddr.parse("2001:db8::ffff:ffff:ffff:ffff").plus(1))
                .hasToString("2001:db8:0:1::");
        assertThat(IpAddr.parse("2001:db8:0:1::").plus(-1))
                .hasToString("2001:db8::ffff:ffff:ffff:ffff");
    }

    @Test
    void order_isFamilyThenUnsignedValue() {
        assertThat(IpAddr.parse("200.0.0.1")).isGreaterThan(IpAddr.parse("100.0.0.1"));
        assertThat(IpAddr.parse("::")).isGreaterThan(IpAddr.parse("255.255.255.255"));
    }

    @Test
    void kinds_areTold() {
        assertThat(IpAddr.parse("224.0.0.1").isMulticast()).isTrue();
        assertThat(IpAddr.parse("ff02::1").isMulticast()).isTrue();
        assertThat(IpAddr.parse("127.9.9.9").isLoopback()).isTrue();
        assertThat(IpAddr.parse("::1").isLoopback()).isTrue();
        assertThat(IpAddr.parse("::2").isLoopback()).isFalse();
        assertThat(IpAddr.parse("fe80::1").isLinkLocal()).isTrue();
        assertThat(IpAddr.parse("169.254.1.1").isLinkLocal()).isTrue();
        assertThat(IpAddr.parse("::").isUnspecified()).isTrue();
    }

    @Test
    void wrongNumberOfBytes_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> IpAddr.of(new byte[5]));
    }
}
