// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IfAddr;

import org.junit.jupiter.api.Test;

class CniAnswerTest {
    @Test
    void result_hasAddressesGatewaysAndHostLinks() {
        CniAnswer answer = CniAnswer.parse("""
                        {"cniVersion": "1.0.0",
                         "interfaces": [{"name": "cni0"}, {"name": "veth1"},
                                        {"name": "eth0", "sandbox": "/run/netns/a"}],
                         "ips": [{"address": "10.1.0.2/16", "gateway": "10.1.0.1", "interface": 2},
                                 {"address": "fd00::2/64"}]}
                        """);

        assertThat(answer.addresses())
                .containsExactly(IfAddr.parse("10.1.0.2/16"), IfAddr.parse("fd00::2/64"));
        assertThat(answer.gateways()).containsExactly(IfAddr.parse("10.1.0.1/16"));
        assertThat(answer.hostLinks()).containsExactly("cni0", "veth1");
        assertThat(answer.error()).isEmpty();
    }

    @Test
    void error_isOneSentence() {
        CniAnswer answer = CniAnswer.parse(
                "{\"code\": 7, \"msg\": \"bad subnet\", \"details\": \"10.0.0.1/8\"}");

        assertThat(answer.error()).isEqualTo("error 7: bad subnet (10.0.0.1/8)");
    }

    @Test
    void anythingElse_isAnEmptyAnswer() {
        assertThat(CniAnswer.parse("panic: oh").addresses()).isEmpty();
        assertThat(CniAnswer.parse("[]").hostLinks()).isEmpty();
        assertThat(CniAnswer.parse("").error()).isEmpty();
    }
}
