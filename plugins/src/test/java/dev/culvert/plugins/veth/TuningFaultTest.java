// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.plugins.PluginCall.Answer;
import dev.culvert.plugins.veth.TestNetwork.Attached;
import dev.culvert.plugins.veth.TestNetwork.Refusal;
import dev.culvert.sys.Errno;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is left of tuning when a system call fails, or when the process is killed. */
final class TuningFaultTest {
    @TempDir
    Path data;

    private final TestNetns host = TestNetns.create("host");
    private final List<String> wrong = new ArrayList<>();
    private Pod pod;
    private TestNetwork tuning;
    private String before;

    @BeforeEach
    void open() {
        pod = Pod.open("a");
        pod.ip().run("link add eth0 up type veth peer eth9");
        String result =
                "{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth0\",\"sandbox\":\""
                        + pod.path() + "\"}]}";
        tuning = TestNetwork.tuning("net")
                .with("dataDir", "\"" + data + "\"")
                .with("prevResult", result)
                .with("mac", "\"02:00:00:00:00:07\"")
                .with("mtu", "1400")
                .with("promisc", "true")
                .with("txQLen", "77");
        before = state();
    }

    @AfterEach
    void close() {
        pod.close();
        host.close();
    }

    private String state() {
        Ip.Shown link = pod.ip().link("eth0");
        return link.text("address") + " mtu " + link.text("mtu") + " txqlen " + link.text("txqlen")
                + " promisc " + link.has("PROMISC");
    }

    private List<String> files() {
        try (Stream<Path> files = Files.list(data)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** On a thread of its own: one that could not leave a namespace is of no further use. */
    private Answer call(String verb, FaultLibc libc) throws Exception {
        return host.call(() -> {
            try {
                return tuning.over(libc.libc()).call(verb, pod);
            } catch (FaultLibc.Killed expected) {
                return new Answer(137, "", "");
            }
        });
    }

    private List<FaultLibc.Call> record(String verb) throws Exception {
        FaultLibc libc = new FaultLibc(Trial.LIBC);
        Answer answer = call(verb, libc);
        assertThat(answer.code()).as(answer.output()).isZero();
        return libc.calls();
    }

    private void requireAsBefore(Object what) {
        if (!state().equals(before)) {
            wrong.add(what + ": " + state() + " in place of " + before);
        }
        if (!files().isEmpty()) {
            wrong.add(what + ": files stay: " + files());
        }
    }

    private void requireNoBug(Object what, String verb, Answer answer) {
        if (answer.code() == 1
                && Refusal.of(verb, answer).code() == CniErrorCode.INTERNAL.number()) {
            wrong.add(what + " is taken for a bug: " + answer.output());
        }
    }

    @Test
    void everyRefusalOfAdd_isUndoneOrHarmless() throws Exception {
        List<Fault> faults = Fault.of(record("ADD"));
        record("DEL");
        int refused = 0;

        for (Fault fault : faults) {
            Answer answer = call("ADD", fault.libc());
            requireNoBug(fault, "ADD", answer);
            if (answer.code() == 0) {
                TestNetwork after = tuning.withResult(new Attached(answer.output()));
                if (host.call(() -> after.call("CHECK", pod)).code() != 0) {
                    wrong.add(fault + ": ADD succeeds, CHECK does not");
                }
                record("DEL");
            } else {
                refused++;
            }
            requireAsBefore(fault);
        }

        assertThat(refused).isGreaterThan(20);
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRefusalOfDel_isLeftToTheNextDel() throws Exception {
        record("ADD");
        List<Fault> faults = new ArrayList<>(Fault.of(record("DEL")));
        // With the namespace the interface is gone: there is nothing to set back.
        faults.removeIf(fault -> fault.errno() == Errno.ENOENT);

        for (Fault fault : faults) {
            record("ADD");
            requireNoBug(fault, "DEL", call("DEL", fault.libc()));
            record("DEL");
            requireAsBefore(fault);
        }

        assertThat(faults).hasSizeGreaterThan(15);
        assertThat(wrong).isEmpty();
    }

    @Test
    void killAtEveryCall_isCleanedUpByDel() throws Exception {
        int adds = record("ADD").size();
        int dels = record("DEL").size();

        for (int at = 1; at <= adds; at++) {
            call("ADD", new FaultLibc(Trial.LIBC).killAt(at));
            record("DEL");
            requireAsBefore("ADD killed at " + at);
        }
        for (int at = 1; at <= dels; at++) {
            record("ADD");
            call("DEL", new FaultLibc(Trial.LIBC).killAt(at));
            record("DEL");
            requireAsBefore("DEL killed at " + at);
        }

        assertThat(wrong).isEmpty();
    }
}
