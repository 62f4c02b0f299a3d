// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.NetConf;
import dev.culvert.plugins.main.LinkConf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From JSON to a valid configuration, or to an error that names the keys. */
final class BridgeConfTest {
    private static BridgeConf parse(String members, String cniArgs) {
        String separator = members.isEmpty() ? "" : ",";
        String text = "{\"name\":\"web\",\"type\":\"bridge\"" + separator + members + "}";
        return BridgeConf.parse(NetConf.parse(text), cniArgs);
    }

    private static BridgeConf parse(String members) {
        return parse(members, "");
    }

    private static CniException problem(String members) {
        return catchThrowableOfType(CniException.class, () -> parse(members));
    }

    @Test
    void nothing_isTheReferencesDefaults() {
        BridgeConf conf = parse("");

        assertThat(conf.bridge()).isEqualTo("cni0");
        assertThat(conf.veth().link().mtuBytes()).isZero();
        assertThat(conf.isGateway()
                        || conf.isDefaultGateway()
                        || conf.forceAddress()
                        || conf.hairpinMode()
                        || conf.promiscMode()
                        || conf.macspoofchk()
                        || conf.enabledad()
                        || conf.disableContainerInterface()
                        || conf.portIsolation()
                        || conf.veth().ipMasq()
                        || conf.hasIpam())
                .isFalse();
    }

    @Test
    void isDefaultGateway_impliesIsGateway() {
        assertThat(parse("\"isDefaultGateway\":true").isGateway()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"vlan\":4095                                       | vlan: invalid VLAN ID 4095",
                "\"vlan\":-1                                         | vlan: invalid VLAN ID -1",
                "\"vlanTrunk\":[{\"id\":4095}]                       | vlanTrunk[0].id: incorrect trunk id parameter",
                "\"vlanTrunk\":[{\"id\":0}]                          | vlanTrunk[0].id: incorrect trunk id parameter",
                "\"vlanTrunk\":[{\"id\":5},{\"minID\":-1,\"maxID\":5}] | vlanTrunk[1].minID: incorrect trunk minID parameter",
                "\"vlanTrunk\":[{\"minID\":1,\"maxID\":4095}]         | vlanTrunk[0].maxID: incorrect trunk maxID parameter",
                "\"vlanTrunk\":[{\"minID\":9,\"maxID\":5}]            | vlanTrunk[0]: minID is greater than maxID",
                "\"vlanTrunk\":[{\"minID\":9}]                       | vlanTrunk[0]: minID and maxID should be configured simultaneously, maxID is missing",
                "\"vlanTrunk\":[{\"maxID\":9,\"id\":3}]              | vlanTrunk[0]: minID and maxID should be configured simultaneously, minID is missing",
                "\"bridge\":\"twelve-bytes\",\"vlan\":100,\"isGateway\":true,\"ipam\":{\"type\":\"x\"} | bridge, vlan: \"twelve-bytes.100\"",
                "\"ipMasqBackend\":\"iptables\"                      | ipMasqBackend: \"iptables\"",
                "\"ipMasqBackend\":\"ebtables\"                      | ipMasqBackend: unknown ipmasq backend \"ebtables\"",
                "\"hairpinMode\":true,\"promiscMode\":true           | hairpinMode, promiscMode:",
                "\"mtu\":67                                          | mtu: 67",
                "\"mtu\":65536                                       | mtu: 65536",
                "\"bridge\":\"sixteen-bytes-na\"                     | bridge:",
                "\"bridge\":\"fünfzehnbytes-x\"                      | bridge:",
                "\"bridge\":\"a/b\"                                  | bridge:",
                "\"bridge\":\"br%d\"                                 | bridge:",
                "\"bridge\":\"..\"                                   | bridge:",
                "\"bridge\":\"\"                                     | bridge:",
                "\"bridge\":\"all\"                                  | bridge:",
                "\"disableContainerInterface\":true,\"ipam\":{\"type\":\"x\"} | disableContainerInterface: cannot use IPAM",
                "\"runtimeConfig\":{\"mac\":\"01:00:5e:00:00:01\"}   | runtimeConfig.mac:",
                "\"runtimeConfig\":{\"mac\":\"0a:00:00:00:00\"}      | runtimeConfig.mac:",
                "\"args\":{\"cni\":{\"mac\":\"00:00:00:00:00:00\"}}  | args.cni.mac:"
            })
    void impossibleValue_isAnErrorThatBeginsWithItsKey(String members, String message) {
        CniException problem = problem(members);

        assertThat(problem.code()).isEqualTo(7);
        assertThat(problem.msg()).startsWith(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"vlan\":0",
                "\"vlan\":4094",
                "\"vlanTrunk\":[{\"minID\":1,\"maxID\":4094}]",
                "\"bridge\":\"twelve-bytes\",\"vlan\":100",
                "\"vlanTrunk\":[]",
                "\"vlanTrunk\":null",
                "\"preserveDefaultVlan\":true",
                "\"ipMasqBackend\":\"nftables\"",
                "\"ipMasqBackend\":\"\"",
                "\"mtu\":68",
                "\"mtu\":65535",
                "\"mtu\":null",
                "\"bridge\":\"fifteen-bytes.x\"",
                "\"runtimeConfig\":{\"mac\":\"\"}",
                "\"unknown\":{\"a\":1}"
            })
    void harmlessValue_isTaken(String members) {
        assertThat(parse(members).bridge()).isNotEmpty();
    }

    @Test
    void severalProblems_areReportedTogether() {
        CniException problem =
                problem("\"vlan\":5000,\"mtu\":3,\"hairpinMode\":true,\"promiscMode\":true");

        assertThat(problem.msg()).contains("vlan:", "mtu:", "hairpinMode");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"vlan\":0                                  | false | true  | []",
                "\"vlanTrunk\":[]                            | true  | true  | []",
                "\"vlan\":7                                  | true  | false | [vid 7 pvid untagged]",
                "\"vlan\":7,\"preserveDefaultVlan\":true     | true  | true  | [vid 7 pvid untagged]",
                "\"vlan\":7,\"vlanTrunk\":[{\"id\":7}]        | true  | false | [vid 7 pvid untagged]",
                "\"vlanTrunk\":[{\"id\":5},{\"id\":3}]         | true  | false | [vid 1 pvid untagged, vid 3, vid 5]",
                "\"vlanTrunk\":[{\"minID\":1,\"maxID\":3}]     | true  | false | [vid 1 pvid untagged, vid 2-3]",
                "\"vlan\":7,\"vlanTrunk\":[{\"minID\":5,\"maxID\":9,\"id\":10},{\"id\":6}] | true | false | [vid 7 pvid untagged, vid 5-6, vid 8-10]",
                "\"vlanTrunk\":[{\"minID\":4093,\"maxID\":4094}] | true | false | [vid 1 pvid untagged, vid 4093-4094]"
            })
    void vlans_areTheUnionInOrder(
            String members, boolean wanted, boolean keepsDefault, String ranges) {
        BridgeVlans vlans = parse(members).vlans();

        assertThat(vlans.wanted()).isEqualTo(wanted);
        assertThat(vlans.keepsDefault()).isEqualTo(keepsDefault);
        assertThat(vlans.ranges().toString()).isEqualTo(ranges);
    }

    @Test
    void gatewayOfAVlan_isOnALinkOfItsOwn() {
        String members = "\"bridge\":\"br0\",\"vlan\":7,\"isGateway\":true";

        assertThat(parse(members).gatewayLink()).isEqualTo("br0");
        assertThat(parse(members + ",\"ipam\":{\"type\":\"x\"}").gatewayLink()).isEqualTo("br0.7");
    }

    @Test
    void mtuAuto_isAskedForByWord() {
        assertThat(parse("\"mtu\":\"auto\"").veth().link().mtuBytes()).isEqualTo(LinkConf.MTU_AUTO);
        assertThatThrownBy(() -> parse("\"mtu\":\"big\"")).hasMessageContaining("mtu");
    }

    @Test
    void mac_comesFromTheRuntimeBeforeArgsBeforeCniArgs() {
        String runtime = "\"runtimeConfig\":{\"mac\":\"02:00:00:00:00:01\"}";
        String args = "\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:02\"}}";
        String cniArgs = "IgnoreUnknown=1;MAC=02-00-00-00-00-03";

        assertThat(parse(runtime + "," + args, cniArgs).mac().orElseThrow())
                .hasToString("02:00:00:00:00:01");
        assertThat(parse(args, cniArgs).mac().orElseThrow()).hasToString("02:00:00:00:00:02");
        assertThat(parse("", cniArgs).mac().orElseThrow()).hasToString("02:00:00:00:00:03");
        assertThat(parse("").mac()).isEmpty();
    }

    @Test
    void malformedMacInCniArgs_isTheEnvironmentsFault() {
        CniException problem =
                catchThrowableOfType(CniException.class, () -> parse("", "MAC=nonsense"));

        assertThat(problem.code()).isEqualTo(4);
        assertThat(problem.msg()).startsWith("CNI_ARGS MAC:");
    }
}
