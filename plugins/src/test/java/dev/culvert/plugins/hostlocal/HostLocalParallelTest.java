// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls at once, each with descriptors of its own, as processes have. */
class HostLocalParallelTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8::/64\"}]]";

    @TempDir
    Path dataDir;

    @Test
    void hundredAtOnce_getDistinctAddresses_andReleaseThemAll() throws Exception {
        Network network = new Network(dataDir.resolve("fresh"), "web");

        List<Answer> added = atOnce(i -> network.caller(DUAL).add("c" + i));

        assertThat(added).allMatch(Answer::ok);
        assertThat(added.stream().flatMap(answer -> answer.addresses().stream()).distinct())
                .hasSize(200);
        assertThat(network.leases()).hasSize(200);
        assertThat(network.debris()).isEmpty();
        assertThat(atOnce(i -> network.caller(DUAL).del("c" + i))).allMatch(Answer::ok);
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void sameAttachmentAtOnce_isAddedOnce() throws Exception {
        Network network = Network.in(dataDir);

        List<Answer> added = atOnce(_ -> network.caller(DUAL).add("c1"));

        assertThat(added.stream().filter(Answer::ok)).hasSize(1);
        assertThat(added.stream().filter(answer -> !answer.ok()))
                .allMatch(answer -> answer.code() == 108);
        assertThat(network.leases()).hasSize(2);
    }

    private interface Call {
        Answer call(int number);
    }

    private static List<Answer> atOnce(Call call) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                calls.add(() -> call.call(number));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
