// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.stream.IntStream;

/** More addresses and routes than the kernel can acknowledge at once. */
@InNetns(mayLeave = true)
final class ManyTest {
    private static final int MANY = 2_000;
    private static final String GATEWAY = "10.1.0.1";

    private final Ip host = Ip.host();
    private Pod pod;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
    }

    @AfterEach
    void close() {
        pod.close();
    }

    private static String[] routes(String lastGateway) {
        return IntStream.rangeClosed(1, MANY)
                .mapToObj(i -> "{\"dst\":\"10." + (100 + i / 250) + "." + i % 250
                        + ".0/24\",\"gw\":\"" + (i == MANY ? lastGateway : GATEWAY) + "\"}")
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void routes_areAllThere(Kind kind) {
        TestNetwork network = kind.network("net").withRoutes(routes(GATEWAY));

        TestNetwork.Attached added = network.add(pod);

        assertThat(pod.ip().routes())
                .filteredOn(route -> route.startsWith("10.10"))
                .hasSize(MANY);
        assertThat(network.withResult(added).call("CHECK", pod).code()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"BRIDGE", "PTP"})
    void addresses_areAllThere(Kind kind) {
        TestNetwork network = kind.network("net")
                .without("isGateway")
                .withIps(IntStream.range(0, MANY)
                        .mapToObj(i -> "10.1." + (1 + i / 250) + "." + (1 + i % 250) + "/16"
                                + " via 10.1.0.1")
                        .toArray(String[]::new))
                .withRoutes();

        TestNetwork.Attached added = network.add(pod);

        assertThat(added.result().ips()).hasSize(MANY);
        assertThat(pod.netns()
                        .witness()
                        .run("ip", "-o", "-4", "addr", "show", "eth0")
                        .lines())
                .hasSize(MANY);
        network.del(pod);
        assertThat(host.hasLink(network.hostLink(pod))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"BRIDGE,192.0.2.1,ENETUNREACH", "PTP,10.1.0.2,EINVAL"})
    void refusalOfTheLast_undoesAll(Kind kind, String gateway, String errno) throws IOException {
        TestNetwork network = kind.network("net");
        network.add(pod);
        network.del(pod);
        HostState before = HostState.read();

        TestNetwork.Refusal refusal = network.withRoutes(routes(gateway)).refused("ADD", pod);

        assertThat(refusal.msg()).contains("route").contains(errno);
        assertThat(before.changesTo(HostState.read())).isEmpty();
        assertThat(pod.ip().links()).isEmpty();
        assertThat(network.ipam().leases()).isEmpty();
    }
}
