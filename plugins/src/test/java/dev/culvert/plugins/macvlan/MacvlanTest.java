// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.macvlan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.veth.Ip;
import dev.culvert.plugins.veth.Pod;
import dev.culvert.plugins.veth.TestNetwork;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@InNetns
final class MacvlanTest {
    private final TestNetwork lan = TestNetwork.macvlan("lan")
            .with("master", "\"up0\"")
            .withIps("10.1.0.2/24", "fd00:1::2/64");
    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
        host.batch(
                "link add up0 type veth peer name up1\nlink set up0 up\nlink set up1 up\naddr add 10.1.0.1/24 dev up1\n"
                        + "addr add fd00:1::1/64 dev up1 nodad\n");
    }

    @AfterEach
    void close() {
        pod.close();
        assertThat(host.links()).containsExactlyInAnyOrder("up0", "up1");
        host.run("link del up0");
    }

    @Test
    void container_isANeighbourOnTheMastersNetwork() throws Exception {
        Attached attached = lan.add(pod);

        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        assertThat(pod.netns().ping("fd00:1::1")).isTrue();
        assertThat(attached.result().interfaces()).hasSize(1);
        assertThat(attached.mac("eth0")).isEqualTo(pod.ip().link("eth0").text("address"));
        assertThat(attached.result().ips()).allMatch(ip -> ip.interfaceIndex().getAsInt() == 0);
        assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "mode")).isEqualTo("bridge");
        assertThat(host.links()).containsExactlyInAnyOrder("up0", "up1");

        assertThat(lan.withResult(attached).call("CHECK", pod).code()).isZero();
        lan.withResult(attached).del(pod);
        lan.del(pod);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(lan.ipam().leases()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bridge,true", "private,false", "vepa,false"})
    void mode_saysWhetherContainersReachEachOther(String mode, boolean reach) throws Exception {
        TestNetwork network = lan.with("mode", "\"" + mode + "\"");
        try (Pod other = Pod.open("b")) {
            network.add(pod);
            network.withIps("10.1.0.3/24").add(other);

            assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "mode"))
                    .isEqualTo(mode);
            assertThat(pod.netns().ping("10.1.0.3")).isEqualTo(reach);
        }
    }

    @Test
    void passthru_takesTheMastersAddressOrGivesItsOwn() {
        TestNetwork network = lan.with("mode", "\"passthru\"");
        String before = host.link("up0").text("address");

        Attached attached = network.add(pod);

        assertThat(attached.mac("eth0")).isEqualTo(before);
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        network.del(pod);
        assertThat(network.with("mac", "\"02:00:00:00:00:07\"").add(pod).mac("eth0"))
                .isEqualTo("02:00:00:00:00:07");
        assertThat(host.link("up0").text("address")).isEqualTo("02:00:00:00:00:07");
        network.del(pod);
        assertThat(host.link("up0").text("address")).isEqualTo(before);
    }

    @Test
    void hostsLinkOfTheSameName_staysAsItIs() {
        host.run("link add eth0 type bridge");

        lan.add(pod);

        assertThat(host.link("eth0").text("linkinfo", "info_kind")).isEqualTo("bridge");
        assertThat(pod.ip().link("eth0").text("linkinfo", "info_kind")).isEqualTo("macvlan");
        host.run("link del eth0");
    }

    @Test
    void masterInTheContainer() throws Exception {
        pod.ip().batch("link add m0 type bridge\nlink set m0 up\n");
        TestNetwork network = lan.with("master", "\"m0\"").with("linkInContainer", "true");

        Attached attached = network.add(pod);

        assertThat(pod.ip().links()).containsExactlyInAnyOrder("m0", "eth0");
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        network.del(pod);
        assertThat(pod.ip().links()).containsExactly("m0");
    }

    @Test
    void withoutMaster_itIsTheDefaultRoutes() {
        host.run("route add default via 10.1.0.9 dev up1");
        TestNetwork network = lan.without("master");

        Attached attached = network.add(pod);

        assertThat(pod.ip().link("eth0").text("link_index"))
                .isEqualTo(host.link("up1").text("ifindex"));
        // The route may move while the container lives.
        host.run("route del default");
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        network.del(pod);
        assertThat(network.refused("ADD", pod).msg()).contains("no default route on this host");
        assertThat(network.call("STATUS").code()).isEqualTo(1);
    }

    @Test
    void layerTwo_isUpWithoutAddresses() {
        TestNetwork network = lan.without("ipam");

        Attached attached = network.add(pod);

        assertThat(pod.ip().link("eth0").has("UP")).isTrue();
        assertThat(pod.ip().addresses("eth0")).isEmpty();
        assertThat(network.withResult(attached).call("CHECK", pod).code()).isZero();
        network.del(pod);
    }

    @Test
    void addressAndMtuAndQueue_areAsAskedFor() {
        TestNetwork network = lan.with("mac", "\"02:00:00:00:00:01\"")
                .with("mtu", "1400")
                .with("bcqueuelen", "1234")
                .withVariable("CNI_ARGS", "MAC=02:00:00:00:00:02");

        Attached attached = network.add(pod);

        assertThat(attached.mac("eth0")).isEqualTo("02:00:00:00:00:02");
        assertThat(pod.ip().link("eth0").text("mtu")).isEqualTo("1400");
        assertThat(pod.ip().link("eth0").text("linkinfo", "info_data", "bcqueuelen"))
                .isEqualTo("1234");
        network.del(pod);
        assertThat(network.with("runtimeConfig", "{\"mac\":\"02:00:00:00:00:03\"}")
                        .add(pod)
                        .mac("eth0"))
                .isEqualTo("02:00:00:00:00:03");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode|\"source\"|7|mode: \"source\" is none of",
                "master|\"none0\"|101|no link none0 on this host",
                "mtu|9000|101|master up0 has an MTU of 1500",
                "mtu|1279|7|1280",
                "mac|\"01:00:00:00:00:01\"|7|not the address of one interface"
            })
    void badValue_isRefusedAndLeavesNothing(String key, String value, int code, String words) {
        Refusal refusal = lan.with(key, value).refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.msg()).contains(words);
        assertThat(pod.ip().links()).isEmpty();
        assertThat(lan.ipam().leases()).isEmpty();
    }

    @Test
    void masterThatIsAPortOfABridge_isRefusedInWords() {
        host.batch("link add br9 type bridge\nlink set up0 master br9\n");

        Refusal refusal = lan.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(101);
        assertThat(refusal.msg()).contains("master up0", "port of a bridge");
        host.run("link del br9");
    }

    @Test
    void secondAdd_isRefusedAndTheFirstStays() throws Exception {
        Attached attached = lan.add(pod);

        Refusal refusal = lan.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(108);
        assertThat(refusal.msg()).contains("link eth0 exists", "belongs to this attachment");
        assertThat(pod.netns().ping("10.1.0.1")).isTrue();
        assertThat(lan.withResult(attached).call("CHECK", pod).code()).isZero();
    }

    @Test
    void interfaceThatIsThere_isRefusedAndStays() {
        pod.ip().run("link add eth0 type bridge");

        Refusal refusal = lan.refused("ADD", pod);

        assertThat(refusal.code()).isEqualTo(108);
        assertThat(refusal.msg()).contains("link eth0 exists in");
        lan.del(pod);
        assertThat(pod.ip().links()).containsExactly("eth0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "link set eth0 address 02:00:00:00:00:09|address",
                "link set eth0 type macvlan mode private|mode",
                "link set eth0 down|state",
                "addr del 10.1.0.2/24 dev eth0|10.1.0.2",
                "link set eth0 mtu 1300|mtu",
                "link del eth0|missing"
            })
    void change_isFoundByCheck(String change, String word) {
        TestNetwork network = lan.with("mtu", "1400");
        Attached attached = network.add(pod);
        pod.ip().run(change);

        Refusal refusal = network.withResult(attached).refused("CHECK", pod);

        assertThat(refusal.code()).isEqualTo(105);
        assertThat(refusal.msg()).contains(word);
    }

    @Test
    void masterThatIsGone_isFoundByCheckAndNoObstacleToDel() {
        host.run("link add gone0 type bridge");
        TestNetwork network = lan.with("master", "\"gone0\"");
        Attached attached = network.add(pod);
        host.run("link del gone0");

        assertThat(network.withResult(attached).refused("CHECK", pod).code()).isEqualTo(105);
        network.withResult(attached).del(pod);
        assertThat(network.ipam().leases()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linkOfAnotherImplementation_goesByItsAddressAlone(boolean same) {
        Attached attached = lan.add(pod);
        lan.del(pod);
        host.run("link add tmp0 link up0 address "
                + (same ? attached.mac("eth0") : "02:00:00:00:00:08")
                + " type macvlan mode bridge");
        host.run("link set tmp0 netns " + pod.netns().name());
        pod.ip().run("link set tmp0 name eth0");

        lan.withResult(attached).del(pod);

        assertThat(pod.ip().links()).hasSize(same ? 0 : 1);
    }

    /** As the reference makes one, whose results below 0.4.0 never come with DEL. */
    @Test
    void foreignLinkThatCarriesTheAddress_goesWithoutAResult() {
        lan.add(pod);
        pod.ip().run("link set eth0 alias \"\"");
        lan.del(pod.reusedBy("pod-other"));
        assertThat(pod.ip().links()).containsExactly("eth0");

        lan.del(pod);

        assertThat(pod.ip().links()).isEmpty();
        assertThat(lan.ipam().leases()).isEmpty();
    }
}
