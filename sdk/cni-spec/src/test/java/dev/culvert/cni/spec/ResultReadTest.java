// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static dev.culvert.cni.spec.Fixture.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultReadTest {
    @ParameterizedTest
    @CsvSource({"0,0", "-1,-1", "3,3"})
    void interfaceIndex_roundTrips(int written, int read) {
        CniResult result =
                decode("{\"ips\":[{\"address\":\"10.1.2.3/24\",\"interface\":" + written + "}]}");

        assertThat(result.ips().getFirst().interfaceIndex()).hasValue(read);
        assertThat(result.encode(CniVersion.V1_1_0).compact()).contains("\"interface\":" + written);
    }

    @Test
    void missingInterfaceIndex_staysMissing() {
        CniResult result = decode("{\"ips\":[{\"address\":\"10.1.2.3/24\",\"gateway\":\"\"}]}");

        assertThat(result.ips().getFirst().interfaceIndex()).isEmpty();
        assertThat(result.ips().getFirst().gateway()).isEmpty();
        assertThat(result.encode(CniVersion.V1_1_0).compact()).doesNotContain("interface");
    }

    @Test
    void mappedAddress_isIpv4() {
        CniResult result =
                decode("{\"ips\":[{\"address\":\"10.1.2.3/24\",\"gateway\":\"::ffff:10.1.2.1\"}]}");

        assertThat(result.encode(CniVersion.V0_4_0).compact())
                .contains("\"version\":\"4\"")
                .contains("\"gateway\":\"10.1.2.1\"");
    }

    @Test
    void unknownMembersAndOtherCase_areTaken() {
        CniResult result =
                decode("{\"IPs\":[{\"Address\":\"10.1.2.3/24\",\"new\":{}}],\"x\":1,\"dns\":null}");

        assertThat(result.ips()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ips\":[{\"address\":\"10.1.2.3\"}]}                  | ips[0].address",
                "{\"ips\":[{\"address\":\"10.1.2.3/33\"}]}               | ips[0].address",
                "{\"ips\":[{\"address\":\"x/24\"}]}                      | ips[0].address",
                "{\"ips\":[{}]}                                          | ips[0].address",
                "{\"ips\":[{\"address\":5}]}                             | ips[0].address",
                "{\"ips\":[{\"address\":\"10.1.2.3/24\",\"gateway\":\"g\"}]} | ips[0].gateway",
                "{\"ips\":[{\"address\":\"10.1.2.3/24\",\"interface\":-2}]} | ips[0].interface",
                "{\"ips\":{}}                                            | ips",
                "{\"routes\":[{}]}                                       | routes[0].dst",
                "{\"routes\":[{\"dst\":\"10.0.0.0\"}]}                   | routes[0].dst",
                "{\"routes\":[{\"dst\":\"::/0\",\"gw\":\"10\"}]}         | routes[0].gw",
                "{\"routes\":[{\"dst\":\"::/0\",\"scope\":256}]}         | routes[0].scope",
                "{\"routes\":[{\"dst\":\"::/0\",\"mtu\":\"1500\"}]}      | routes[0].mtu",
                "{\"interfaces\":[{\"name\":7}]}                         | interfaces[0].name",
                "{\"dns\":{\"nameservers\":\"10.1.1.1\"}}                | dns.nameservers",
            })
    void wrongMembers_arePointedAt(String text, String path) {
        CniException error = catchThrowableOfType(CniException.class, () -> decode(text));

        assertThat(error.is(CniErrorCode.DECODING_FAILURE)).isTrue();
        assertThat(error.msg()).startsWith("read result: " + path + ": ");
    }

    @ParameterizedTest
    @CsvSource({"0.4.0,0.3.1", "0.3.0,0.4.0", "1.0.0,1.1.0", "1.1.0,1.0.0", "0.1.0,0.2.0"})
    void versionOfTheSameShape_isTaken(String config, String own) {
        CniVersion version = CniVersion.find(config).orElseThrow();

        CniResult result = CniResult.decode(fields("{\"cniVersion\":\"" + own + "\"}"), version);

        assertThat(result).isEqualTo(CniResult.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({"1.0.0,0.4.0", "0.4.0,1.0.0", "0.2.0,0.3.0", "1.1.0,1.2.0", "0.4.0,nonsense"})
    void versionOfAnotherShape_isRefused(String config, String own) {
        CniVersion version = CniVersion.find(config).orElseThrow();

        CniException error = catchThrowableOfType(
                CniException.class,
                () -> CniResult.decode(fields("{\"cniVersion\":\"" + own + "\"}"), version));

        assertThat(error.is(CniErrorCode.DECODING_FAILURE)).isTrue();
        assertThat(error.msg()).contains(own).contains(config);
        assertThat(error.details()).contains(config);
    }

    @Test
    void oldShape_isReadWithItsRoutes() {
        CniResult result = CniResult.decode(fields("""
                {"ip6":{"ip":"2001:db8::5/64","routes":[{"dst":"::/0"}]},
                 "ip4":{"ip":"10.2.3.1/24","gateway":"10.2.3.254","routes":[{"dst":"0.0.0.0/0"}]}}"""), CniVersion.V0_1_0);

        assertThat(result.encode(CniVersion.V0_3_1).compact()).isEqualTo("""
                {"cniVersion":"0.3.1",\
                "ips":[{"version":"4","address":"10.2.3.1/24","gateway":"10.2.3.254"},\
                {"version":"6","address":"2001:db8::5/64"}],\
                "routes":[{"dst":"0.0.0.0/0"},{"dst":"::/0"}],"dns":{}}""");
    }

    private static CniResult decode(String text) {
        return CniResult.decode(fields(text), CniVersion.V1_1_0);
    }
}
