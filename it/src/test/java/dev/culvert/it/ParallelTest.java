// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A node that starts a hundred containers at once, before there is even a bridge. */
final class ParallelTest {
    private static final int CONTAINERS = 100;
    private static final int AT_ONCE = 32;

    @AutoClose
    private PrivateHost host;

    private Cni cni;
    private List<Attachment> attachments;

    @BeforeEach
    void open() {
        host = PrivateHost.open();
        cni = Cni.of(host, "test");
        host.sh("for i in $(seq " + CONTAINERS + "); do echo netns add p$i; done | ip -batch -")
                .ok();
        attachments = IntStream.rangeClosed(1, CONTAINERS)
                .mapToObj(i -> Attachment.of("id" + i, "p" + i))
                .toList();
    }

    @Test
    void hundredOnAColdHost_haveAddressesOfTheirOwnAndLeaveNothing() throws Exception {
        List<Result> results = inParallel(attachments.stream()
                .map(attachment -> (Callable<Result>) () -> cni.add(Conf.bridge(), attachment))
                .toList());

        List<String> addresses =
                results.stream().flatMap(result -> result.addresses().stream()).toList();
        assertThat(addresses).doesNotHaveDuplicates().hasSize(2 * CONTAINERS);
        assertThat(host.leases()).hasSize(2 * CONTAINERS);
        assertThat(host.run("ip", "-o", "link", "show", "master", "br0").lines())
                .hasSize(CONTAINERS);
        List<String> macs =
                results.stream().map(result -> result.mac("br0")).distinct().toList();
        assertThat(macs).as("the bridge, whoever made it").hasSize(1);
        assertThat(host.run("ip", "-o", "link", "show", "br0").output())
                .contains("link/ether " + macs.getFirst());
        host.sh("nsenter --net=/run/netns/p1 ping -n -c 1 -W 2 "
                        + results.getLast().addresses().getFirst())
                .ok();

        inParallel(IntStream.range(0, CONTAINERS)
                .mapToObj(i -> (Callable<Boolean>) () -> {
                    cni.del(Conf.bridge(), results.get(i), attachments.get(i));
                    return true;
                })
                .toList());

        assertThat(host.leftovers(addresses.toArray(String[]::new))).isEmpty();
    }

    @Test
    void addsAndDeletesAtOnce_disturbNobody() throws Exception {
        List<Result> kept = new ArrayList<>();
        for (Attachment attachment : attachments.subList(0, 5)) {
            kept.add(cni.add(Conf.bridge(), attachment));
        }

        inParallel(attachments.subList(5, 60).stream()
                .map(attachment -> (Callable<Boolean>) () -> {
                    Result result = cni.add(Conf.bridge(), attachment);
                    cni.del(Conf.bridge(), result, attachment);
                    return true;
                })
                .toList());

        assertThat(host.leases()).hasSize(2 * kept.size());
        for (int i = 0; i < kept.size(); i++) {
            cni.check(Conf.bridge(), kept.get(i), attachments.get(i));
            cni.del(Conf.bridge(), kept.get(i), attachments.get(i));
        }
        assertThat(host.leftovers()).isEmpty();
    }

    /** Runs all and collects every failure, so that the message shows whether one failed or all. */
    private static <T> List<T> inParallel(List<Callable<T>> calls) throws InterruptedException {
        List<T> results = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<T> future : threads.invokeAll(calls)) {
                switch (future.state()) {
                    case SUCCESS -> results.add(future.resultNow());
                    case FAILED -> failures.add(future.exceptionNow());
                    case RUNNING, CANCELLED -> throw new IllegalStateException(future.toString());
                }
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(
                    failures.size() + " of " + calls.size() + " failed, the first: "
                            + failures.getFirst().getMessage(),
                    failures.getFirst());
        }
        return results;
    }
}
