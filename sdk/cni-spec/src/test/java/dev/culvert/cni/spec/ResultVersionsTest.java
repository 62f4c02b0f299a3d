// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static dev.culvert.cni.spec.Fixture.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.json.Fields;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;

/** Every pair of versions; the fixtures hold one ADD as each version prints it. */
class ResultVersionsTest {
    private static final String FULL = """
            {"cniVersion":"1.1.0",
             "dns":{"domain":"d.test","nameservers":["10.1.0.53"],"options":["ndots:2"],"search":["a","b"]},
             "interfaces":[{"mac":"0a:58:0a:4d:00:02","mtu":1400,"name":"eth0","pciID":"0000:00:1f.6",
                            "sandbox":"/run/netns/x","socketPath":"/run/s"}],
             "ips":[{"address":"10.2.3.1/24","gateway":"10.2.3.254","interface":0},
                    {"address":"2001:db8::5/64","interface":0}],
             "routes":[{"advmss":1360,"dst":"192.0.2.1/24","gw":"10.2.3.254","mtu":1400,"priority":5,
                        "scope":0,"table":0},
                       {"dst":"::/0"}]}""";

    static List<Arguments> pairs() {
        List<Arguments> pairs = new ArrayList<>();
        for (CniVersion from : CniVersion.values()) {
            for (CniVersion to : CniVersion.values()) {
                pairs.add(Arguments.of(from, to));
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void result_isConvertedBetweenEveryPair(CniVersion from, CniVersion to) {
        Fields source = fields(Fixture.result(from));

        String converted = CniResult.convert(source, from, to).pretty();

        // The oldest shape has no interfaces, so nothing can bring them back.
        boolean lost = !from.isAtLeast(CniVersion.V0_3_0) && to.isAtLeast(CniVersion.V0_3_0);
        String expected = lost
                ? withoutInterfaces(fields(Fixture.result(to)), to).encode(to).pretty()
                : Fixture.result(to);
        assertThat(converted).isEqualTo(expected);
    }

    private static CniResult withoutInterfaces(Fields fields, CniVersion version) {
        CniResult result = CniResult.decode(fields, version);
        List<CniIp> ips = new ArrayList<>();
        for (CniIp ip : result.ips()) {
            ips.add(CniIp.of(ip.address()).withGateway(ip.gateway().orElseThrow()));
        }
        return result.withInterfaces(List.of()).withIps(ips);
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void result_readsBackAsItIsPrinted(CniVersion version) {
        CniResult result = CniResult.decode(fields(FULL), CniVersion.V1_1_0);

        String printed = result.encode(version).pretty();

        CniResult read = CniResult.decode(fields(printed), version);
        assertThat(read.encode(version).pretty()).isEqualTo(printed);
    }

    @Test
    void newestShape_keepsEverythingInAlphabeticalOrder() {
        CniResult result = CniResult.decode(fields(FULL), CniVersion.V1_1_0);

        assertThat(result.encode(CniVersion.V1_1_0)).isEqualTo(fields(FULL).object());
        assertThat(result.encode(CniVersion.V1_1_0).compact())
                .isEqualTo(FULL.replace("\n", "").replaceAll(" +", ""));
    }

    @Test
    void olderVersionOfTheNewestShape_hasInterfacesOfItsOwnTime() {
        CniResult result = CniResult.decode(fields(FULL), CniVersion.V1_1_0);

        assertThat(result.encode(CniVersion.V1_0_0).compact())
                .contains("\"interfaces\":[{\"mac\":\"0a:58:0a:4d:00:02\",\"name\":\"eth0\","
                        + "\"sandbox\":\"/run/netns/x\"}]")
                .contains(
                        "{\"advmss\":1360,\"dst\":\"192.0.2.1/24\",\"gw\":\"10.2.3.254\",\"mtu\":1400,"
                                + "\"priority\":5,\"scope\":0,\"table\":0}");
    }

    @Test
    void middleShape_keepsDeclarationOrderAndDropsWhatCameLater() {
        CniResult result = CniResult.decode(fields(FULL), CniVersion.V1_1_0);

        assertThat(result.encode(CniVersion.V0_4_0).compact()).isEqualTo("""
                {"cniVersion":"0.4.0",\
                "interfaces":[{"name":"eth0","mac":"0a:58:0a:4d:00:02","sandbox":"/run/netns/x"}],\
                "ips":[{"version":"4","interface":0,"address":"10.2.3.1/24","gateway":"10.2.3.254"},\
                {"version":"6","interface":0,"address":"2001:db8::5/64"}],\
                "routes":[{"dst":"192.0.2.1/24","gw":"10.2.3.254","mtu":1400,"advmss":1360,"priority":5,\
                "table":0,"scope":0},{"dst":"::/0"}],\
                "dns":{"nameservers":["10.1.0.53"],"domain":"d.test","search":["a","b"],\
                "options":["ndots:2"]}}""");
    }

    @Test
    void oldestShape_keepsTheFirstAddressOfEachFamilyAndItsRoutes() {
        CniResult result = CniResult.decode(fields("""
                {"ips":[{"address":"10.2.3.1/24"},{"address":"10.9.9.9/8","gateway":"10.0.0.1"},
                        {"address":"2001:db8::5/64","gateway":"2001:db8::1"}],
                 "routes":[{"dst":"::/0","gw":"2001:db8::9","mtu":1400},{"dst":"0.0.0.0/0","table":7}]}"""), CniVersion.V1_1_0);

        assertThat(result.encode(CniVersion.V0_2_0).compact()).isEqualTo("""
                {"cniVersion":"0.2.0","ip4":{"ip":"10.2.3.1/24","routes":[{"dst":"0.0.0.0/0"}]},\
                "ip6":{"ip":"2001:db8::5/64","gateway":"2001:db8::1",\
                "routes":[{"dst":"::/0","gw":"2001:db8::9"}]},"dns":{}}""");
    }

    @Test
    void routeOfAFamilyWithoutAddress_isDroppedInTheOldestShape() {
        CniResult result = CniResult.decode(fields("""
                {"ips":[{"address":"10.2.3.1/24"}],"routes":[{"dst":"::/0"}]}"""), CniVersion.V1_1_0);

        assertThat(result.encode(CniVersion.V0_1_0).compact())
                .isEqualTo(
                        "{\"cniVersion\":\"0.1.0\",\"ip4\":{\"ip\":\"10.2.3.1/24\"},\"dns\":{}}");
    }

    @Test
    void resultWithoutAddresses_cannotBecomeTheOldestShape() {
        CniResult linkOnly =
                CniResult.EMPTY.withInterfaces(List.of(CniInterface.onHost("br0", "")));

        assertThatThrownBy(() -> linkOnly.encode(CniVersion.V0_2_0))
                .isInstanceOf(CniException.class)
                .hasMessageContaining("cannot convert: no valid IP addresses")
                .satisfies(e -> assertThat(((CniException) e).code()).isEqualTo(7));
    }

    @Test
    void oldestShapeWithoutAddresses_convertsWithinItsShape() {
        Fields empty = fields("{\"cniVersion\":\"0.2.0\",\"dns\":{},\"mine\":1}");

        assertThat(CniResult.convert(empty, CniVersion.V0_2_0, CniVersion.V0_1_0)
                        .compact())
                .isEqualTo("{\"cniVersion\":\"0.1.0\",\"dns\":{},\"mine\":1}");
    }

    @Test
    void emptyResult_hasTheVersionAlone() {
        assertThat(CniResult.EMPTY.encode(CniVersion.V1_1_0).compact())
                .isEqualTo("{\"cniVersion\":\"1.1.0\"}");
        assertThat(CniResult.EMPTY.encode(CniVersion.V0_3_0).compact())
                .isEqualTo("{\"cniVersion\":\"0.3.0\",\"dns\":{}}");
    }
}
