// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** STATUS tells whether an ADD could be served, and changes nothing. */
@InNetns
final class StatusTest {
    private static void succeed(Answer answer) {
        assertThat(answer.output()).isEmpty();
        assertThat(answer.code()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void cleanHost_isReadyAndStaysClean(Kind kind) {
        succeed(kind.network("net").with("ipMasq", "true").call("STATUS"));
        succeed(kind.network("net").withIpam("ips", "null").call("STATUS"));
    }

    @Test
    void bridgeOfAnotherKind_isNotAvailable() {
        Ip.host().run("link add br0 type veth peer name other");

        Refusal refusal = Refusal.of("STATUS", Kind.BRIDGE.network("net").call("STATUS"));

        assertThat(refusal.code()).isEqualTo(50);
        assertThat(refusal.msg()).isEqualTo("link br0 exists and is no bridge");
        Ip.host().run("link del br0");
    }

    @Test
    void existingBridge_isFine() {
        Ip.host().run("link add br0 type bridge");

        succeed(Kind.BRIDGE.network("net").call("STATUS"));

        assertThat(Ip.host().link("br0").has("UP")).isFalse();
        Ip.host().run("link del br0");
    }

    @Test
    void ipamThatIsNotReady_isReported() {
        TestNetwork network = Kind.BRIDGE.network("net");
        network.ipam().refuse();

        assertThat(Refusal.of("STATUS", network.call("STATUS")).msg())
                .isEqualTo("the address book is locked");
    }

    @Test
    void impossibleConfiguration_isReported() {
        Refusal refusal = Refusal.of(
                "STATUS", Kind.BRIDGE.network("net").with("vlan", "5000").call("STATUS"));

        assertThat(refusal.code()).isEqualTo(7);
        assertThat(refusal.msg()).startsWith("vlan:");
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void versionWithoutTheVerb_isRefused(Kind kind) {
        assertThat(Refusal.of("STATUS", kind.network("net").withVersion("1.0.0").call("STATUS"))
                        .code())
                .isEqualTo(1);
    }
}
