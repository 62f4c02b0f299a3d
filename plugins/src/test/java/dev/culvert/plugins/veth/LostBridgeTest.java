// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.Test;

/** Somebody deleted the bridge while containers were on it. */
@InNetns(mayLeave = true)
final class LostBridgeTest {
    private final Ip host = Ip.host();
    private final TestNetwork network = Kind.BRIDGE.network("net").with("ipMasq", "true");

    @Test
    void del_leavesNothing_withAndWithoutAResult() {
        try (Pod pod = Pod.open("a");
                Pod other = Pod.open("b")) {
            TestNetwork near =
                    network.withIps("10.1.0.9/24 via 10.1.0.1", "fd00:1::9/64 via fd00:1::1");
            Attached attached = network.add(pod);
            near.add(other);
            host.run("link del br0");

            network.withResult(attached).del(pod);
            near.del(other);

            assertThat(host.links()).isEmpty();
            assertThat(pod.ip().links()).isEmpty();
            assertThat(other.ip().links()).isEmpty();
            assertThat(network.ipam().leases()).isEmpty();
            assertThat(host.witness().run("nft", "list", "ruleset"))
                    .doesNotContain("10.1.0.2", "10.1.0.9", "fd00:1::2", "fd00:1::9", "veth");
            network.withResult(attached).del(pod);
        }
    }

    @Test
    void laterAdd_makesTheBridgeAnew() {
        try (Pod pod = Pod.open("a")) {
            network.add(pod);
            host.run("link del br0");
            network.del(pod);

            network.add(pod);

            assertThat(host.addresses("br0")).contains("10.1.0.1/24", "fd00:1::1/64");
            assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        }
    }
}
