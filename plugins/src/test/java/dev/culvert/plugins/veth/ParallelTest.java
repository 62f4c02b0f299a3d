// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many containers begin and end at once on a host where nothing is there yet. */
final class ParallelTest {
    private static final int COUNT = 24;

    private final TestNetns host = TestNetns.create("host");
    private final List<Pod> pods = new ArrayList<>();

    @AfterEach
    void close() {
        pods.forEach(Pod::close);
        host.close();
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (Callable<Answer> call : calls) {
                answers.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            List<Answer> all = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                all.add(answer.get());
            }
            return all;
        }
    }

    @ParameterizedTest
    @EnumSource
    void firstContainersOfAHost_areAttachedAndDetachedAtOnce(Kind kind) throws Exception {
        TestNetwork network = kind.network("net").with("ipMasq", "true");
        List<Callable<Answer>> adds = new ArrayList<>();
        List<Callable<Answer>> dels = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Pod pod = Pod.open("p" + i);
            pods.add(pod);
            TestNetwork own = network.withIps(
                    "10.1.0." + (i + 2) + "/24 via 10.1.0.1",
                    "fd00:1::" + Integer.toHexString(i + 2) + "/64 via fd00:1::1");
            adds.add(() -> host.call(() -> own.call("ADD", pod)));
            dels.add(() -> host.call(() -> own.call("DEL", pod)));
        }

        List<Answer> added = atOnce(adds);
        assertThat(added).allMatch(answer -> answer.code() == 0);
        if (kind == Kind.BRIDGE) {
            String mac = new Ip(host.witness()).link("br0").text("address");
            assertThat(added)
                    .extracting(answer -> new TestNetwork.Attached(answer.output()).mac("br0"))
                    .as("the bridge, whoever made it")
                    .containsOnly(mac);
        }

        Pod last = pods.getLast();
        assertThat(network.ipam().leases()).hasSize(COUNT);
        for (String address : kind == Kind.PTP_PROXY_ARP
                ? List.of("10.1.0.2")
                : List.of("10.1.0.1", "fd00:1::1", "10.1.0.2")) {
            assertThat(last.netns().ping(address)).as(address).isTrue();
        }
        assertThat(atOnce(dels)).allMatch(answer -> answer.code() == 0);
        assertThat(network.ipam().leases()).isEmpty();
        assertThat(host.witness().links()).noneMatch(link -> link.startsWith("veth"));
        assertThat(host.witness().run("nft", "list", "ruleset"))
                .doesNotContain("10.1.0.2", "10.1.0.25", "\"veth");
    }
}
