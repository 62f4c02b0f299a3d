// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.staticipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniIp;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.plugins.PluginCall;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class StaticTest {
    private static final String TWO = """
            "addresses":[{"address":"10.10.0.1/24","gateway":"10.10.0.254"},{"address":"3ffe::1/64"}],\
            "routes":[{"dst":"0.0.0.0/0"},{"dst":"192.168.0.0/16","gw":"10.10.5.1","mtu":1400},{"dst":"::/0"}],\
            "dns":{"nameservers":["10.10.0.53"],"domain":"example.test","search":["a.test"]}""";
    private static TestNetns netns;

    @BeforeAll
    static void makeNetns() {
        netns = TestNetns.create("static");
    }

    @AfterAll
    static void removeNetns() {
        netns.close();
    }

    private static String config(CniVersion version, String ipam, String more) {
        return "{\"cniVersion\":\"" + version
                + "\",\"name\":\"net\",\"type\":\"bridge\",\"ipam\":{\"type\":\"static\""
                + (ipam.isEmpty() ? "" : ",") + ipam + "}" + more + "}";
    }

    private static PluginCall call(String command, String cniArgs) {
        return new PluginCall(new StaticPlugin(), new FfmLibc(), command)
                .attachment("c1", netns.path(), "eth0")
                .with("CNI_ARGS", cniArgs);
    }

    private static CniResult add(CniVersion version, String cniArgs, String config) {
        return CniResult.decode(Fields.of(call("ADD", cniArgs).succeed(config).json()), version);
    }

    private static List<String> ips(CniResult result) {
        return result.ips().stream().map(StaticTest::text).toList();
    }

    private static String text(CniIp ip) {
        return ip.address() + ip.gateway().map(gateway -> " via " + gateway).orElse("");
    }

    private static int code(Answer answer) {
        return (int) Fields.of(answer.json()).integer("code", 0, Range.INT);
    }

    private static String msg(Answer answer) {
        return Fields.of(answer.json()).string("msg", "");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void configuredAddresses_areHandedOutAndTakenBack(CniVersion version) {
        String config = config(version, TWO, "");

        CniResult result = add(version, "", config);

        assertThat(ips(result)).containsExactly("10.10.0.1/24 via 10.10.0.254", "3ffe::1/64");
        assertThat(result.routes()).hasSize(3);
        assertThat(result.dns().nameservers()).containsExactly("10.10.0.53");
        assertThat(result.dns().search()).containsExactly("a.test");
        assertThat(result.interfaces()).isEmpty();
        assertThat(call("DEL", "").succeed(config).output()).isEmpty();
        assertThat(call("DEL", "").succeed(config).output()).isEmpty();
    }

    @Test
    void ipamResult_hasNoInterfaceIndex() {
        assertThat(call("ADD", "").succeed(config(CniVersion.V1_1_0, TWO, "")).output())
                .doesNotContain("interface");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void routesToOneDestination_areAllKept(CniVersion version) {
        CniResult result = add(version, "", config(version, """
                "addresses":[{"address":"10.10.0.1/24"}],\
                "routes":[{"dst":"0.0.0.0/0","gw":"10.10.0.1"},{"dst":"0.0.0.0/0","gw":"10.10.0.2"}]""", ""));

        assertThat(result.routes())
                .map(route -> route.gateway().orElseThrow().toString())
                .containsExactly("10.10.0.1", "10.10.0.2");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void cniArgs_areTheAddressesWithTheirGateways(CniVersion version) {
        String config = config(version, "", "");

        assertThat(ips(add(version, "IP=10.10.0.1/24;GATEWAY=10.10.0.254", config)))
                .containsExactly("10.10.0.1/24 via 10.10.0.254");
        assertThat(ips(add(
                        version,
                        "IP=10.10.0.1/24,3ffe::1/64;GATEWAY=3ffe::fe,10.10.0.254",
                        config)))
                .containsExactly("10.10.0.1/24 via 10.10.0.254", "3ffe::1/64 via 3ffe::fe");
    }

    @ParameterizedTest
    @EnumSource(
            value = CniVersion.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"V0_1_0", "V0_2_0"})
    void cniArgs_areAddedWithTheirGateways(CniVersion version) {
        CniResult several = add(
                version,
                "IgnoreUnknown=1;K8S_POD_NAME=p;IP=10.10.0.1/24, 11.11.0.1/24,3ffe::1/64;"
                        + "GATEWAY=11.11.0.254,10.10.0.254,3ffe::fe",
                config(version, "\"addresses\":[{\"address\":\"10.10.0.9/24\"}]", ""));

        assertThat(ips(several))
                .containsExactly(
                        "10.10.0.9/24",
                        "10.10.0.1/24 via 10.10.0.254",
                        "11.11.0.1/24 via 11.11.0.254",
                        "3ffe::1/64 via 3ffe::fe");
    }

    @ParameterizedTest
    @EnumSource(CniVersion.class)
    void precedence_isRuntimeConfigThenArgsThenTheRest(CniVersion version) {
        String args = ",\"args\":{\"cni\":{\"ips\":[\"10.2.0.1/24\",\"3ffe::2/64\"]}}";
        String runtime = ",\"runtimeConfig\":{\"ips\":[\"10.3.0.1/24\"]}";
        String cniArgs = "IP=10.1.0.1/24;GATEWAY=10.3.0.254";

        assertThat(ips(add(version, "", config(version, "", args))))
                .containsExactly("10.2.0.1/24", "3ffe::2/64");
        assertThat(ips(add(version, "", config(version, "", runtime))))
                .containsExactly("10.3.0.1/24");
        assertThat(ips(add(version, cniArgs, config(version, TWO, args))))
                .containsExactly("10.2.0.1/24", "3ffe::2/64");
        assertThat(ips(add(version, cniArgs, config(version, TWO, args + runtime))))
                .containsExactly("10.3.0.1/24");
        assertThat(ips(add(version, cniArgs, config(version, TWO, runtime))))
                .containsExactly("10.3.0.1/24");
    }

    @Test
    void noAddress_isLeftToTheCaller() {
        assertThat(add(CniVersion.V1_1_0, "", config(CniVersion.V1_1_0, "", "")).ips())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"args\":{\"cni\":{\"ips\":[\"10.2.0.1/24\"]}}",
                ",\"runtimeConfig\":{\"ips\":[\"10.3.0.1/24\"]}"
            })
    void missingIpam_isInvalid(String more) {
        for (CniVersion version : CniVersion.all()) {
            String config = "{\"cniVersion\":\"" + version + "\",\"name\":\"net\"" + more + "}";

            Answer answer = call("ADD", "IP=10.1.0.1/24").run(config);

            assertThat(code(answer)).as(version.text()).isEqualTo(7);
            assertThat(msg(answer)).as(version.text()).isEqualTo("IPAM config missing 'ipam' key");
            assertThat(call("DEL", "").run(config).code()).as(version.text()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "\"addresses\":[{\"address\":\"10.10.0.1\"}] | - | - | 7 | ipam.addresses[0].address: the 'address' field "
                        + "is expected to be in CIDR notation, got: '10.10.0.1'",
                "- | IP=10.10.0.1 | - | 4 | the 'ip' field is expected to be in CIDR notation, got: '10.10.0.1'",
                "- | IP=10.10.0.1/24, | - | 4 | the 'ip' field is expected to be in CIDR notation, got: ''",
                "- | IP=10.10.0.1/24;GATEWAY=x | - | 4 | invalid gateway address: x",
                "- | FOO=1 | - | 4 | ARGS: unknown args [\"FOO=1\"]",
                "- | - | ,\"args\":{\"cni\":{\"ips\":[\"10.2.0.1\"]}} | 7 | args.cni.ips[0]: an entry in the 'ips' field "
                        + "is NOT in CIDR notation, got: '10.2.0.1'",
                "- | - | ,\"runtimeConfig\":{\"ips\":[\"10.2.0.1/24\",\"x\"]} | 7 | runtimeConfig.ips[1]: an entry in the "
                        + "'ips' field is NOT in CIDR notation, got: 'x'",
                "\"addresses\":[{}] | - | - | 7 | ipam.addresses[0].address: missing",
                "\"addresses\":{} | - | - | 6 | ipam.addresses: a list is wanted, found an object",
                "\"addresses\":[{\"address\":\"10.1.1.1/8\",\"gateway\":\"x\"}] | - | - | 7 | "
                        + "ipam.addresses[0].gateway: invalid IP address \"x\"",
                "\"routes\":[{\"gw\":\"10.1.1.1\"}] | - | - | 7 | ipam.routes[0].dst: missing",
            })
    void wrongInput_isPointedAt(String ipam, String cniArgs, String more, int code, String msg) {
        for (CniVersion version : CniVersion.all()) {
            Answer answer = call("ADD", cniArgs == null ? "" : cniArgs)
                    .run(config(version, ipam == null ? "" : ipam, more == null ? "" : more));

            assertThat(answer.code()).as(version.text()).isEqualTo(1);
            assertThat(code(answer)).as(version.text()).isEqualTo(code);
            assertThat(msg(answer)).as(version.text()).isEqualTo(msg);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"isGateway", "isDefaultGateway"})
    void gatewayOfCniArgs_neverBecomesAnAddressOfTheHost(String key) {
        String gateway = ",\"" + key + "\":true";
        String args = "IP=8.8.8.2/24;GATEWAY=8.8.8.8";
        String none = ",\"" + key + "\":false";

        Answer answer = call("ADD", args).run(config(CniVersion.V1_1_0, "", gateway));

        assertThat(code(answer)).isEqualTo(4);
        assertThat(msg(answer))
                .isEqualTo("CNI_ARGS GATEWAY: 8.8.8.8 would become an address of this host");
        assertThat(ips(add(CniVersion.V1_1_0, args, config(CniVersion.V1_1_0, "", none))))
                .containsExactly("8.8.8.2/24 via 8.8.8.8");
        assertThat(ips(add(
                        CniVersion.V1_1_0,
                        "IP=10.10.0.9/24;GATEWAY=10.10.0.254",
                        config(CniVersion.V1_1_0, TWO, gateway))))
                .as("a gateway that is configured, too")
                .contains("10.10.0.9/24 via 10.10.0.254");
        call("DEL", args).succeed(config(CniVersion.V1_1_0, "", gateway));
    }

    @ParameterizedTest
    @EnumSource(
            value = CniVersion.class,
            names = {"V0_1_0", "V0_2_0"})
    void twoAddressesOfAFamily_areTooManyForOldVersions(CniVersion version) {
        Answer answer = call("ADD", "IP=10.1.0.1/24,10.2.0.1/24").run(config(version, "", ""));

        assertThat(code(answer)).isEqualTo(7);
        assertThat(msg(answer))
                .isEqualTo("CNI version " + version
                        + " does not support more than 1 address per family");
    }

    @ParameterizedTest
    @EnumSource(
            value = CniVersion.class,
            names = {"V0_4_0", "V1_0_0", "V1_1_0"})
    void check_comparesWithTheResult(CniVersion version) {
        String prev = ",\"prevResult\":"
                + call("ADD", "").succeed(config(version, TWO, "")).output();

        assertThat(call("CHECK", "").run(config(version, TWO, prev)).code()).isZero();
        assertThat(call("CHECK", "").run(config(version, "", prev)).code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"10.10.0.2/24,10.10.0.254", "10.10.0.1/16,10.10.0.254", "10.10.0.1/24,10.10.0.253"})
    void addressOrGatewayThatIsNotInTheResult_failsTheCheck(String address, String gateway) {
        String prev = ",\"prevResult\":"
                + call("ADD", "").succeed(config(CniVersion.V1_1_0, TWO, "")).output();
        String ipam =
                "\"addresses\":[{\"address\":\"" + address + "\",\"gateway\":\"" + gateway + "\"}]";

        Answer answer = call("CHECK", "").run(config(CniVersion.V1_1_0, ipam, prev));

        assertThat(code(answer)).isEqualTo(105);
        assertThat(msg(answer)).contains(address);
    }

    @Test
    void checkWithoutResult_isInvalid() {
        assertThat(code(call("CHECK", "").run(config(CniVersion.V1_1_0, TWO, ""))))
                .isEqualTo(7);
    }

    @Test
    void statusAndGc_haveNothingToDo() {
        String config = config(CniVersion.V1_1_0, "", ",\"cni.dev/valid-attachments\":[]");

        assertThat(call("STATUS", "").succeed(config).output()).isEmpty();
        assertThat(call("GC", "").succeed(config).output()).isEmpty();
    }

    @Test
    void everyFieldOfARoute_isInTheResultAsConfigured() {
        String routes =
                "[{\"advmss\":1360,\"dst\":\"10.9.0.0/16\",\"gw\":\"10.10.0.3\",\"mtu\":1400,\"priority\":7,"
                        + "\"scope\":253,\"table\":100},{\"dst\":\"::/0\"}]";

        Answer answer = call("ADD", "")
                .succeed(config(
                        CniVersion.V1_1_0,
                        "\"addresses\":[{\"address\":\"10.10.0.1/24\"}]," + "\"routes\":" + routes,
                        ""));

        assertThat(answer.json().find("routes").orElseThrow().compact()).isEqualTo(routes);
    }

    @Test
    void dns_isInTheResultAsConfigured() {
        String dns = "{\"domain\":\"example.test\",\"nameservers\":[\"10.10.0.53\",\"fd00::53\"],"
                + "\"options\":[\"ndots:2\",\"rotate\"],\"search\":[\"a.test\",\"b.test\"]}";

        Answer answer = call("ADD", "")
                .succeed(config(
                        CniVersion.V1_1_0,
                        "\"addresses\":[{\"address\":\"10.10.0.1/24\"}]," + "\"dns\":" + dns,
                        ""));

        assertThat(answer.json().find("dns").orElseThrow().compact()).isEqualTo(dns);
    }

    @Test
    void oneGateway_goesToEveryArgumentOfItsSubnet_andToNoConfiguredAddress() {
        CniResult result = add(
                CniVersion.V1_1_0,
                "IP=10.10.0.1/24,10.10.0.2/24,10.11.0.1/24;GATEWAY=10.10.0.254",
                config(CniVersion.V1_1_0, "\"addresses\":[{\"address\":\"10.10.0.9/24\"}]", ""));

        assertThat(ips(result))
                .containsExactly(
                        "10.10.0.9/24",
                        "10.10.0.1/24 via 10.10.0.254",
                        "10.10.0.2/24 via 10.10.0.254",
                        "10.11.0.1/24");
    }
}
