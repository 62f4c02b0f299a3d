// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One folder, two programs: the reference's and ours, in turn and at once. */
class HostLocalReferenceTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8::/64\"}]]";

    @TempDir
    Path dataDir;

    private Reference reference;
    private Network network;
    private String conf;
    private Caller ours;

    @BeforeEach
    void findReference() {
        Optional<Reference> found = Reference.find();
        assumeTrue(
                found.isPresent(),
                "needs the reference's host-local: apt-get install containernetworking-plugins");
        reference = found.get();
        network = Network.in(dataDir);
        conf = network.conf("1.0.0", DUAL);
        ours = Caller.of(conf);
    }

    @Test
    void folderOfTheReference_isTakenOver_whileAddressesAreInUse() {
        for (int i = 0; i < 5; i++) {
            reference.call("ADD", "c" + i, conf);
        }

        assertThat(ours.add("c1").code()).isEqualTo(108);
        assertThat(ours.add("new").addresses()).containsExactly("10.1.2.7/24", "2001:db8::7/64");
        assertThat(ours.check("c1").ok()).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(ours.del("c" + i).ok()).isTrue();
        }
        assertThat(network.leases()).containsOnlyKeys("10.1.2.7", "2001:db8::7");
    }

    @Test
    void folderOfOurs_isTakenOverByTheReference_whileAddressesAreInUse() {
        for (int i = 0; i < 5; i++) {
            ours.add("c" + i);
        }

        assertThat(reference.call("ADD", "c1", conf).msg())
                .contains("10.1.2.3 has been allocated to c1");
        assertThat(reference.call("ADD", "new", conf).addresses())
                .containsExactly("10.1.2.7/24", "2001:db8::7/64");
        assertThat(reference.call("CHECK", "c1", conf).ok()).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(reference.call("DEL", "c" + i, conf).ok()).isTrue();
        }
        assertThat(network.leases()).containsOnlyKeys("10.1.2.7", "2001:db8::7");
        assertThat(ours.add("again").addresses()).containsExactly("10.1.2.8/24", "2001:db8::8/64");
    }

    @Test
    void bothAtOnce_neverGiveAnAddressTwice() throws Exception {
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String id = "c" + i;
            calls.add(i % 2 == 0 ? () -> ours.add(id) : () -> reference.call("ADD", id, conf));
        }

        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Answer> answer : threads.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }

        assertThat(answers).allMatch(Answer::ok);
        assertThat(answers.stream()
                        .flatMap(answer -> answer.addresses().stream())
                        .distinct())
                .hasSize(80);
        assertThat(network.leases()).hasSize(80);
    }

    /** The same calls on a folder each: the same answers, the same files. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void sameCalls_haveTheSameAnswersAndFiles(long seed) throws Exception {
        String ranges = "\"ranges\": [[{\"subnet\": \"10.0.0.0/29\", \"gateway\": \"10.0.0.4\"},"
                + " {\"subnet\": \"10.0.1.0/28\", \"rangeStart\": \"10.0.1.5\", \"rangeEnd\": \"10.0.1.9\"}],"
                + " [{\"subnet\": \"2001:db8::/124\"}]]";
        Network theirs = new Network(dataDir, "theirs");
        Network mine = new Network(dataDir, "mine");
        Random random = new Random(seed);
        for (int step = 0; step < 150; step++) {
            String id = "c" + random.nextInt(14);
            String verb = random.nextInt(5) < 3 ? "ADD" : "DEL";
            Answer expected = reference.call(verb, id, theirs.conf("1.0.0", ranges));
            Answer answer = Caller.of(mine.conf("1.0.0", ranges)).call(verb, id, "eth0");

            String what = "step " + step + " " + verb + " " + id + ": " + expected.output()
                    + answer.output();
            assertThat(answer.exit()).as(what).isEqualTo(expected.exit());
            if (!answer.ok()) {
                assertThat(answer.msg()).as(what).isEqualTo(expected.msg());
            } else if (verb.equals("ADD")) {
                assertThat(answer.addresses()).as(what).isEqualTo(expected.addresses());
            }
            assertThat(mine.leases()).as(what).isEqualTo(theirs.leases());
        }
        for (String hint : List.of("last_reserved_ip.0", "last_reserved_ip.1")) {
            assertThat(mine.folder().resolve(hint))
                    .hasSameBinaryContentAs(theirs.folder().resolve(hint));
        }
        assertThat(Files.exists(mine.index())).isTrue();
    }

    @Test
    void reservationThatTheReferenceWasKilledIn_isFreeForUs() throws Exception {
        reference.call("ADD", "c1", conf);
        Files.write(network.folder().resolve("10.1.2.3"), new byte[0]);

        assertThat(ours.add("c2").addresses()).containsExactly("10.1.2.3/24", "2001:db8::3/64");
    }
}
