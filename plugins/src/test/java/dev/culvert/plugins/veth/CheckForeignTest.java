// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CHECK of an attachment that the reference made: it is held to its result, not to what we would
 * have made.
 */
@InNetns(mayLeave = true)
final class CheckForeignTest {
    private static final String MAC = "02:11:22:33:44:55";

    private final Ip host = Ip.host();
    private Pod pod;
    private TestNetwork network;

    /**
     * As the reference leaves it: plain names, no labels, no sysctls of ours, no gateway on this
     * bridge.
     */
    @BeforeEach
    void attachLikeTheReference() {
        pod = Pod.open("a");
        host.batch("link add cni0 type bridge\nlink set cni0 up\n"
                + "link add vethdeadbeef master cni0 type veth peer name eth0 address " + MAC
                + " netns " + pod.netns().name() + "\nlink set vethdeadbeef up\n");
        pod.ip()
                .batch(
                        "link set eth0 up\naddr add 10.1.0.2/24 dev eth0\naddr add fd00:1::2/64 dev eth0 nodad\n"
                                + "route add default via 10.1.0.1\n");
        TestNetwork plain = TestNetwork.bridge("net")
                .with("isGateway", "true")
                .with("hairpinMode", "true")
                .with("ipMasq", "true")
                .with("mtu", "1400");
        network = plain.with(
                "prevResult",
                "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"cni0\"},"
                        + "{\"name\":\"vethdeadbeef\"},{\"name\":\"eth0\",\"mac\":\"" + MAC
                        + "\",\"sandbox\":\"" + pod.path()
                        + "\"}],\"ips\":[{\"address\":\"10.1.0.2/24\",\"gateway\":\"10.1.0.1\",\"interface\":2},"
                        + "{\"address\":\"fd00:1::2/64\",\"interface\":2}],\"routes\":[{\"dst\":\"0.0.0.0/0\"}]}");
    }

    @AfterEach
    void close() {
        pod.close();
    }

    @Test
    void attachmentThatIsAsItsResultSays_isFine() {
        succeed(network);
    }

    private void succeed(TestNetwork asked) {
        assertThat(asked.call("CHECK", pod).output()).isEmpty();
    }

    @Test
    void hostEndThatIsNoPortOfTheBridge_isNamed() {
        host.run("link set vethdeadbeef nomaster");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("link vethdeadbeef master: wanted cni0, found none");
    }

    @Test
    void hostEndThatTheResultDoesNotName_isNotLookedFor() {
        host.run("link set vethdeadbeef nomaster");

        succeed(network.with(
                "prevResult",
                "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"cni0\"},"
                        + "{\"name\":\"eth0\",\"sandbox\":\"" + pod.path() + "\"}]}"));
    }

    @Test
    void hostEndThatIsInAnotherNamespace_isNamed() {
        try (Pod other = Pod.open("b")) {
            host.run("link set vethdeadbeef netns " + other.netns().name());

            assertThat(network.refused("CHECK", pod).msg())
                    .isEqualTo("peer of link eth0: wanted present, found missing");
        }
    }

    @Test
    void linkThatIsNoVeth_isNamed() {
        pod.ip()
                .batch("link del eth0\nlink add eth0 address " + MAC
                        + " type bridge\nlink set eth0 up\n"
                        + "addr add 10.1.0.2/24 dev eth0\naddr add fd00:1::2/64 dev eth0 nodad\n"
                        + "route add default via 10.1.0.1\n");

        assertThat(network.refused("CHECK", pod).msg())
                .isEqualTo("link eth0 in " + pod.path() + " kind: wanted veth, found bridge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "addr del 10.1.0.2/24 dev eth0           | address 10.1.0.2/24 on link eth0",
                "addr del fd00:1::2/64 dev eth0          | address fd00:1::2/64 on link eth0",
                "route del default                       | route default via 10.1.0.1 on link eth0",
                "link set eth0 address 02:00:00:00:00:01 | link eth0 in NETNS address: wanted 02:11:22:33:44:55, found 02",
                "link set eth0 down                      | link eth0 in NETNS state: wanted up, found down",
                "link del eth0                           | link eth0 in NETNS: wanted present, found missing"
            })
    void whatDiffersFromTheResult_isNamed(String words, String message) {
        pod.ip().run(words.strip());

        Refusal refusal = network.refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).startsWith(message.replace("NETNS", pod.path()));
    }
}
