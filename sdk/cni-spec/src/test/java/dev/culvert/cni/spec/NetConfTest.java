// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.json.JsonException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetConfTest {
    @Test
    void requestOfAChain_isRead() {
        NetConf conf = NetConf.parse("""
                {"cniVersion":"1.1.0","name":"web","type":"bridge","bridge":"br-web","isGateway":true,
                 "ipam":{"type":"host-local","ranges":[[{"subnet":"10.77.0.0/24"}]]},
                 "dns":{"domain":"x.test"},"runtimeConfig":{"mac":"0a:58:0a:4d:00:02"},
                 "args":{"cni":{"ips":["10.77.0.9"]}},"capabilities":{"mac":true}}""");

        assertThat(conf.version()).isEqualTo(CniVersion.V1_1_0);
        assertThat(conf.name()).isEqualTo("web");
        assertThat(conf.type()).isEqualTo("bridge");
        assertThat(conf.ipamType()).isEqualTo("host-local");
        assertThat(conf.ipam().list("ranges")).hasSize(1);
        assertThat(conf.dns().domain()).isEqualTo("x.test");
        assertThat(conf.runtimeConfig().string("mac", "")).isEqualTo("0a:58:0a:4d:00:02");
        assertThat(conf.cniArgs().strings("ips")).containsExactly("10.77.0.9");
        assertThat(conf.fields().string("bridge", "")).isEqualTo("br-web");
        assertThat(conf.hasPrevResult()).isFalse();
        assertThat(conf.prevResult()).isEmpty();
        assertThat(conf.raw().members()).containsKey("capabilities");
    }

    @Test
    void smallestConf_hasDefaults() {
        NetConf conf = NetConf.parse("{\"name\":\"n\",\"ipam\":{}}");

        assertThat(conf.cniVersion()).isEmpty();
        assertThat(conf.version()).isEqualTo(CniVersion.V0_1_0);
        assertThat(conf.ipamType()).isEmpty();
        assertThat(conf.culvert()).isEqualTo(new CulvertConf("", ""));
        assertThat(conf.validAttachments()).isEmpty();
    }

    @Test
    void otherCase_isRead() {
        assertThat(NetConf.parse(
                        "{\"Name\":\"n\",\"CNIVersion\":\"0.4.0\",\"IPAM\":{\"Type\":\"static\"}}"))
                .satisfies(conf -> assertThat(conf.version()).isEqualTo(CniVersion.V0_4_0))
                .satisfies(conf -> assertThat(conf.ipamType()).isEqualTo("static"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "5",
                "{\"name\":5}",
                "{\"name\":\"n\",\"cniVersion\":1}",
                "{\"name\":\"n\",\"type\":[]}",
                "{\"name\":\"n\",\"ipam\":\"static\"}",
                "{\"name\":\"n\",\"ipam\":{\"type\":1}}",
                "{\"name\":\"n\",\"dns\":[]}",
                "{\"name\":\"n\",\"capabilities\":[]}",
                "{\"name\":\"n\",\"capabilities\":{\"a\":1}}",
                "{\"name\":\"n\"}{}"
            })
    void textOfAnotherShape_isADecodingFailure(String text) {
        CniException error = catchThrowableOfType(CniException.class, () -> NetConf.parse(text));

        assertThat(error.is(CniErrorCode.DECODING_FAILURE)).isTrue();
        assertThat(error.msg()).startsWith("read network configuration: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                | missing network name",
                "{\"name\":\"\"}                                   | missing network name",
                "{\"name\":\"a/b\"}                                | invalid characters found in network name",
                "{\"name\":\"n\",\"type\":\"../x\"}                | type: invalid plugin name \"../x\"",
                "{\"name\":\"n\",\"ipam\":{\"type\":\"a/b\"}}      | ipam.type: invalid plugin name \"a/b\"",
            })
    void badNames_areInvalid(String text, String msg) {
        CniException error = catchThrowableOfType(CniException.class, () -> NetConf.parse(text));

        assertThat(error.is(CniErrorCode.INVALID_NETWORK_CONFIG)).isTrue();
        assertThat(error.msg()).isEqualTo(msg);
    }

    @Test
    void unknownVersion_isIncompatible() {
        NetConf conf = NetConf.parse("{\"name\":\"n\",\"cniVersion\":\"9.9.9\"}");

        assertThatThrownBy(conf::version)
                .isInstanceOfSatisfying(
                        CniException.class,
                        e -> assertThat(e.is(CniErrorCode.INCOMPATIBLE_CNI_VERSION))
                                .isTrue());
    }

    @Test
    void prevResultWithoutVersion_hasTheConfigs() {
        NetConf conf = NetConf.parse("""
                {"name":"n","cniVersion":"0.4.0",
                 "prevResult":{"ips":[{"version":"4","address":"10.1.2.3/24"}]}}""");

        assertThat(conf.prevResult().orElseThrow().ips()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.4.0 | 0.3.1 | true",
                "1.0.0 | 1.1.0 | true",
                "1.0.0 | 0.4.0 | false",
                "0.4.0 | 7.0.0 | false"
            })
    void prevResultOfAnotherVersion_isTakenWithinItsShape(
            String config, String own, boolean taken) {
        NetConf conf = NetConf.parse("{\"name\":\"n\",\"cniVersion\":\"" + config
                + "\",\"prevResult\":{\"cniVersion\":\"" + own + "\"}}");

        assertThat(conf.readablePrevResult().isPresent()).isEqualTo(taken);
        if (!taken) {
            assertThatThrownBy(conf::prevResult).hasMessageContaining("prevResult.cniVersion");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "\"\"", "[]", "{\"ips\":5}", "{\"ips\":[{\"address\":\"\"}]}"})
    void damagedPrevResult_countsAsAbsentOnlyWhereAsked(String prevResult) {
        NetConf conf = NetConf.parse(
                "{\"name\":\"n\",\"cniVersion\":\"1.0.0\",\"prevResult\":" + prevResult + "}");

        assertThat(conf.hasPrevResult()).isTrue();
        assertThat(conf.readablePrevResult()).isEmpty();
        assertThatThrownBy(conf::prevResult)
                .isInstanceOfSatisfying(
                        CniException.class,
                        e -> assertThat(e.is(CniErrorCode.DECODING_FAILURE)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cni.dev/valid-attachments", "cni.dev/attachments"})
    void validAttachments_areReadUnderBothNames(String name) {
        NetConf conf = NetConf.parse(
                "{\"name\":\"n\",\"" + name + "\":[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]}");

        assertThat(conf.validAttachments()).containsExactly(new AttachmentKey("c1", "eth0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"cni.dev/valid-attachments\":[]",
                ",\"cni.dev/valid-attachments\":null",
                ",\"cni.dev/valid-attachments\":null,\"cni.dev/attachments\":[]",
                ",\"cni.dev/valid-attachments\":[],\"cni.dev/attachments\":[{\"containerID\":\"c\",\"ifname\":\"e\"}]"
            })
    void noList_isAnEmptyOne(String members) {
        assertThat(NetConf.parse("{\"name\":\"n\"" + members + "}").validAttachments())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{}]",
                "[{\"containerID\":\"c1\"}]",
                "[{\"containerID\":\"\",\"ifname\":\"e\"}]",
                "[\"c1\"]",
                "{}",
                "[{\"containerID\":1,\"ifname\":\"e\"}]"
            })
    void halfAKey_isRefused(String list) {
        NetConf conf = NetConf.parse("{\"name\":\"n\",\"cni.dev/valid-attachments\":" + list + "}");

        assertThatThrownBy(conf::validAttachments)
                .isInstanceOfAny(CniException.class, JsonException.class)
                .hasMessageStartingWith("cni.dev/valid-attachments");
    }

    @Test
    void culvertObject_isRead() {
        CulvertConf culvert = NetConf.parse(
                        "{\"name\":\"n\",\"culvert\":{\"delete\":\"announced\",\"log\":\"/run/l\"}}")
                .culvert();

        assertThat(culvert.delete()).isEqualTo("announced");
        assertThat(culvert.log()).isEqualTo("/run/l");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"Delete\":\"auto\"}    | culvert.Delete: unknown key",
                "{\"fast\":true}          | culvert.fast: unknown key",
            })
    void unknownCulvertKeys_areErrors(String object, String msg) {
        NetConf conf = NetConf.parse("{\"name\":\"n\",\"culvert\":" + object + "}");

        assertThatThrownBy(conf::culvert).isInstanceOfSatisfying(CniException.class, e -> {
            assertThat(e.code()).isEqualTo(7);
            assertThat(e.msg()).isEqualTo(msg);
        });
    }
}
