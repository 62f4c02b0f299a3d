// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.cni.spec.CniArgs;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class HostLocalConfTest {
    private static HostLocalConf parse(String version, String ipam, String more, String args) {
        String conf = "{\"cniVersion\": \"" + version
                + "\", \"name\": \"web\", \"type\": \"ptp\", \"ipam\": {"
                + "\"type\": \"host-local\"" + (ipam.isEmpty() ? "" : ", ") + ipam + "}"
                + (more.isEmpty() ? "" : ", ") + more + "}";
        return HostLocalConf.parse(NetConf.parse(conf), CniArgs.parse(args, List.of("IP")));
    }

    private static HostLocalConf parse(String ipam) {
        return parse("1.1.0", ipam, "", "");
    }

    private static CniException refused(String version, String ipam, String more) {
        return catchThrowableOfType(CniException.class, () -> parse(version, ipam, more, ""));
    }

    @Test
    void oldStyle_isOneSetOfOneRange() {
        HostLocalConf conf = parse("\"subnet\": \"10.1.2.0/24\", \"rangeStart\": \"10.1.2.9\","
                + " \"rangeEnd\": \"10.1.2.20\", \"gateway\": \"10.10.2.30\"");

        assertThat(conf.sets()).hasToString("[10.1.2.9-10.1.2.20]");
        assertThat(conf.sets().getFirst().ranges().getFirst().gateway()).hasToString("10.10.2.30");
    }

    @Test
    void newStyle_isAsManySetsAsListed() {
        HostLocalConf conf =
                parse("\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}, {\"subnet\": \"10.1.4.0/24\"}],"
                        + " [{\"subnet\": \"11.1.2.0/24\"}]]");

        assertThat(conf.sets())
                .hasToString("[10.1.2.1-10.1.2.254,10.1.4.1-10.1.4.254, 11.1.2.1-11.1.2.254]");
    }

    @Test
    void allThreeSources_comeInOrder() {
        HostLocalConf conf = parse(
                "1.1.0",
                "\"subnet\": \"10.1.2.0/24\", \"ranges\": [[{\"subnet\": \"11.1.2.0/24\"}]]",
                "\"runtimeConfig\": {\"ipRanges\": [[{\"subnet\": \"12.1.3.0/24\"}], [{\"subnet\": \"13.1.3.0/24\"}]]}",
                "");

        assertThat(conf.sets())
                .hasToString("[12.1.3.1-12.1.3.254, 13.1.3.1-13.1.3.254, 10.1.2.1-10.1.2.254,"
                        + " 11.1.2.1-11.1.2.254]");
    }

    @ParameterizedTest
    @CsvSource({
        "IP=10.1.2.10, 10.1.2.10",
        "IP=10.1.2.11/24, 10.1.2.11",
        "IP=2001:db8::1/64, 2001:db8::1",
        "'IP=10.1.2.9,fd00::9', '10.1.2.9, fd00::9'",
        "'IP=10.1.2.9/24, fd00::9/64,10.1.2.9', '10.1.2.9, fd00::9'"
    })
    void requestInCniArgs_isTakenWithAndWithoutPrefix(String args, String address) {
        assertThat(parse("1.1.0", "\"subnet\": \"10.1.2.0/24\"", "", args).requested())
                .hasToString("[" + address + "]");
    }

    @Test
    void requestsInArgsAndRuntimeConfig_areTakenWithAndWithoutPrefix() {
        HostLocalConf conf = parse(
                "1.1.0",
                "\"subnet\": \"10.1.2.0/24\"",
                "\"args\": {\"cni\": {\"ips\": [\"10.1.2.11\", \"11.11.11.11/24\"]}},"
                        + " \"runtimeConfig\": {\"ips\": [\"2001:db8::7/64\", \"10.1.2.11/24\"]}",
                "IP=10.1.2.10");

        assertThat(conf.requested())
                .hasToString("[10.1.2.10, 10.1.2.11, 11.11.11.11, 2001:db8::7]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | ipam.ranges: no IP ranges specified",
                "\"ranges\": [] | ipam.ranges: no IP ranges specified",
                "\"ranges\": [[]] | ipam.ranges[0]: invalid range set 0: empty range set",
                "\"ranges\": [[{}]] | ipam.ranges[0][0].subnet: missing",
                "\"ranges\": [[{\"subnet\": \"10.1.2.0\"}]] | ipam.ranges[0][0].subnet: invalid CIDR address",
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}, {\"subnet\": \"10.1.2.0/28\"}]] | ipam.ranges[0]:"
                        + " invalid range set 0: subnets 10.1.2.1-10.1.2.254 and 10.1.2.1-10.1.2.14 overlap",
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}, {\"subnet\": \"2001:db8::/64\"}]] | ipam.ranges[0]:"
                        + " invalid range set 0: mixed address families",
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.1.0.0/16\"}]] | range set 0 overlaps with 1",
                "\"subnet\": \"10.1.2.0/24\", \"rangeStart\": \"10.1.3.5\" | ipam: invalid range set 0:"
                        + " RangeStart 10.1.3.5 not in network 10.1.2.0/24",
                "\"subnet\": \"10.1.2.0/24\", \"gateway\": \"x\" | ipam.gateway: invalid IP address",
                "\"subnet\": \"10.1.2.0/24\", \"gateway\": \"fd00::1\" | ipam: invalid range set 0:"
                        + " gateway fd00::1 is of another family than network 10.1.2.0/24",
                "\"subnet\": \"10.1.2.0/24\", \"exclude\": [\"10.1.2.7\", \"10.1.2.0/99\"] | ipam.exclude[1]: prefix length 99",
                "\"subnet\": \"10.1.2.0/24\", \"exclude\": [\"10.1.2.7-10.1.2.3\"] | ipam.exclude[0]: \"10.1.2.7-10.1.2.3\"",
                "\"subnet\": \"10.1.2.0/24\", \"exclude\": [\"web\"] | ipam.exclude[0]: invalid IP address",
                "\"subnet\": \"10.1.2.0/24\", \"reclaim\": \"always\" | ipam.reclaim: \"never\" or \"earlier-boot\" is wanted",
                "\"subnet\": \"10.1.2.0/24\", \"routes\": [{\"gw\": \"10.1.2.1\"}] | ipam.routes[0].dst: missing"
            })
    void impossibleConfiguration_isRefusedWithItsPath(String ipam, String message) {
        CniException refused = refused("1.1.0", ipam, "");

        assertThat(refused.code()).isEqualTo(7);
        assertThat(refused.msg()).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"subnet\": 7",
                "\"ranges\": {}",
                "\"ranges\": [{}]",
                "\"ranges\": [[7]]",
                "\"subnet\": \"10.1.2.0/24\", \"dataDir\": []",
                "\"subnet\": \"10.1.2.0/24\", \"exclude\": \"10.1.2.3\"",
                "\"subnet\": \"10.1.2.0/24\", \"resolvConf\": true",
                "\"subnet\": \"10.1.2.0/24\", \"rangeStart\": 1"
            })
    void wrongType_isADecodingFailureWithItsPath(String ipam) {
        CniException refused = refused("1.1.0", ipam, "");

        assertThat(refused.code()).isEqualTo(6);
        assertThat(refused.msg()).startsWith("ipam.").contains("is wanted, found");
    }

    @Test
    void severalProblems_areAllNamed() {
        CniException refused = refused(
                "1.1.0",
                "\"ranges\": [[{\"subnet\": \"10.1.2.3/24\"}], [{\"subnet\": 5}],"
                        + " [{\"subnet\": \"10.9.0.0/31\"}]], \"exclude\": [\"x\"], \"reclaim\": 1",
                "\"runtimeConfig\": {\"ips\": [\"y\"]}, \"args\": {\"cni\": {\"ips\": [7]}}");

        assertThat(refused.code()).isEqualTo(7);
        assertThat(refused.msg())
                .contains(
                        "ipam.ranges[0][0]: invalid range set 0: Network has host bits set",
                        "ipam.ranges[1][0].subnet: a string is wanted",
                        "invalid range set 2: Network 10.9.0.0/31 too small",
                        "ipam.exclude[0]:",
                        "ipam.reclaim:",
                        "runtimeConfig.ips[0]: cannot understand ip",
                        "args.cni.ips[0]:");
    }

    @Test
    void missingIpam_isSaid() {
        CniException refused = catchThrowableOfType(
                CniException.class,
                () -> HostLocalConf.parse(
                        NetConf.parse(
                                "{\"cniVersion\": \"1.1.0\", \"name\": \"web\", \"type\": \"host-local\"}"),
                        CniArgs.parse("", List.of())));

        assertThat(refused.msg()).isEqualTo("IPAM config missing 'ipam' key");
    }

    @Test
    void twoOfAFamily_needVersion030() {
        String two =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.1.3.0/24\"}]]";

        assertThat(refused("0.2.0", two, "").msg())
                .isEqualTo("CNI version 0.2.0 does not support more than 1 address per family");
        assertThat(parse("0.3.0", two, "", "").sets()).hasSize(2);
    }

    @Test
    void oneOfEachFamily_isFineInVersion020() {
        String both =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8::/64\"}]]";

        assertThat(parse("0.2.0", both, "", "").sets()).hasSize(2);
    }

    @Test
    void dataDir_hasADefaultAndLosesItsSlashes() {
        assertThat(HostLocalConf.folder(NetConf.parse(
                        "{\"cniVersion\":\"1.1.0\",\"name\":\"web\",\"type\":\"x\"}")))
                .isEqualTo("/var/lib/cni/networks/web");
        assertThat(
                        HostLocalConf.folder(
                                NetConf.parse(
                                        "{\"cniVersion\":\"1.1.0\",\"name\":\"web\",\"type\":\"x\",\"ipam\":{\"dataDir\":\"/a/b//\"}}")))
                .isEqualTo("/a/b/web");
    }
}
