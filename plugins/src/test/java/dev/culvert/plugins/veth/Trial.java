// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.TestNetns;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A host and a container of its own, on which one thing after another is tried. Calls run on a
 * fresh thread each, since one whose way back from a namespace was made to fail can't be used
 * again. Several trials at once make use of the time that the kernel takes to delete a link.
 */
final class Trial implements AutoCloseable {
    private static final int AT_ONCE = 4;
    private static final int READ_AGAIN_MILLIS = 30;
    private static final int MAX_READS = 100;
    static final Libc LIBC = new FfmLibc();

    private final TestNetns host = TestNetns.create("host");
    private Pod pod = Pod.open("pod");
    private final Pod neighbour = Pod.open("next");
    private final TestNetwork network;
    private final HostState first;

    /** What a trial is about. */
    interface Setting {
        /** A network that works. */
        TestNetwork network(String name);

        /** Makes what the network needs on the host. */
        default void prepare(Ip host) {}
    }

    /** Another attachment is there already: what attachments share is as it stays. */
    Trial(Setting kind) throws Exception {
        host.call(() -> {
            kind.prepare(Ip.host());
            return null;
        });
        network = kind.network("net").with("ipMasq", "true");
        TestNetwork near =
                network.withIps("10.1.0.9/24 via 10.1.0.1", "fd00:1::9/64 via fd00:1::1");
        host.call(() -> near.add(neighbour));
        host.call(() -> {
            network.add(pod);
            network.del(pod);
            return null;
        });
        first = settledState();
    }

    /**
     * What the kernel adds to shared links by work items of its own, as anycast routes of a
     * gateway, is there by then.
     */
    private HostState settledState() throws Exception {
        HostState state = hostState();
        for (int same = 0, reads = 0; same < 3 && reads < MAX_READS; reads++) {
            Thread.sleep(READ_AGAIN_MILLIS);
            HostState next = hostState();
            same = next.equals(state) ? same + 1 : 0;
            state = next;
        }
        return state;
    }

    TestNetwork network() {
        return network;
    }

    Pod pod() {
        return pod;
    }

    /** The container that stays attached. */
    Pod neighbour() {
        return neighbour;
    }

    /** One call over system calls that may fail. */
    Answer call(TestNetwork asked, String verb, FaultLibc faults) throws Exception {
        return host.call(() -> asked.over(faults.libc()).call(verb, pod));
    }

    /** The same, ended by a kill. */
    void killed(TestNetwork asked, String verb, FaultLibc faults) throws Exception {
        host.call(() -> {
            try {
                return asked.over(faults.libc()).call(verb, pod);
            } catch (FaultLibc.Killed expected) {
                return expected;
            }
        });
    }

    /** One call that must succeed, and what the kernel was asked for. */
    List<FaultLibc.Call> record(TestNetwork asked, String verb) throws Exception {
        return record(asked, verb, new FaultLibc(LIBC));
    }

    /** The same over certain system calls. */
    List<FaultLibc.Call> record(TestNetwork asked, String verb, FaultLibc libc) throws Exception {
        require(verb, call(asked, verb, libc));
        return libc.calls();
    }

    /** One call that must succeed with an empty CNI_NETNS, as some runtimes send it. */
    void recordWithoutNetns(TestNetwork asked, String verb) throws Exception {
        require(verb, host.call(() -> asked.call(verb, pod, "")));
    }

    private static void require(String verb, Answer answer) {
        if (answer.code() != 0) {
            throw new AssertionError(verb + ": " + answer.output());
        }
    }

    /** The container ends, and another one with the same id begins. */
    void replacePod() {
        pod.close();
        pod = Pod.open("pod");
    }

    HostState hostState() throws Exception {
        return host.call(HostState::read);
    }

    HostState podState() throws Exception {
        return pod.netns().call(HostState::read);
    }

    /** Whether the container has an address now. */
    boolean isLeased() {
        return network.ipam().leases().contains("pod-pod/eth0 on net");
    }

    boolean isLinked() throws Exception {
        return hostState().lines().contains("link " + network.hostLink(pod));
    }

    /** What differs from this host's first state, and what else is left of the container. */
    List<String> leftovers() throws Exception {
        List<String> left = new ArrayList<>();
        first.changesTo(hostState()).forEach(change -> left.add("host " + change));
        if (isLeased() || network.ipam().leases().size() != 1) {
            left.add("leases " + network.ipam().leases());
        }
        String rules = rules();
        if (rules.contains("10.1.0.2") || rules.contains(network.hostLink(pod))) {
            left.add("rules stay");
        }
        return left;
    }

    /** The rules of this host; those of an attachment name its link or its address. */
    private String rules() {
        return host.witness().run("nft", "list", "ruleset");
    }

    @Override
    public void close() {
        pod.close();
        neighbour.close();
        host.close();
    }

    /** What is tried with a task; what it finds wrong goes to the list. */
    interface Attempt<T> {
        void run(Trial trial, T task, List<String> wrong) throws Exception;
    }

    /**
     * Tries all tasks, several at once, each worker on a trial of its own; answers everything that
     * went wrong.
     */
    static <T> List<String> all(Setting kind, List<T> tasks, Attempt<T> attempt)
            throws InterruptedException {
        ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>(tasks);
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(Thread.ofPlatform().start(() -> work(kind, queue, attempt, wrong)));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return List.copyOf(wrong);
    }

    private static <T> void work(
            Setting kind,
            ConcurrentLinkedQueue<T> queue,
            Attempt<T> attempt,
            ConcurrentLinkedQueue<String> wrong) {
        try (Trial trial = new Trial(kind)) {
            for (T task = queue.poll(); task != null; task = queue.poll()) {
                List<String> found = new ArrayList<>();
                attempt.run(trial, task, found);
                for (String text : found) {
                    wrong.add(task + ": " + text);
                }
            }
        } catch (Exception | AssertionError e) {
            wrong.add("a trial ended: " + e);
        }
    }
}
