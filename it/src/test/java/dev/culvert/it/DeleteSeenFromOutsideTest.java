// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * DEL returns before the kernel has finished its bookkeeping; nobody may notice. A program of ours
 * looks around at the moment of the plugin's end.
 */
final class DeleteSeenFromOutsideTest {
    /** Fewer may be asked for where plugins are slow: {@code -Dculvert.rounds=20}. */
    private static final int ROUNDS = Integer.getInteger("culvert.rounds", 500);

    private static final long SECOND = 1_000_000;
    private static final String LEASES = "/var/lib/cni/networks/net";

    @AutoClose
    private PrivateHost host;

    private Cni cni;
    private String watcher;

    @BeforeEach
    void open() throws Exception {
        host = PrivateHost.open();
        cni = Cni.of(host, "test");
        watcher = CProgram.install(host, "watcher");
        host.addNetns("c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp"})
    void everythingIsGoneWhenDeleteEnds_andCanBeUsedAtOnce(String type) {
        Conf conf = type.equals("bridge") ? Conf.bridge() : Conf.ptp();
        List<String> seen = new ArrayList<>();
        long longest = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // The same names each time: an ADD right after DEL finds both free, or fails.
            Attachment attachment = Attachment.of("same", "c");
            Result result = cni.add(conf, attachment);

            Map<String, String> end = watch(conf.withPrev(result), attachment);

            longest = Math.max(longest, Long.parseLong(end.get("last")));
            for (String wrong : wrong(end, result)) {
                seen.add("round " + round + ": " + wrong);
            }
        }

        assertThat(seen).isEmpty();
        assertThat(host.leftovers()).isEmpty();
        System.out.println(type + ": the last process of " + ROUNDS + " deletions stayed " + longest
                + " us at most");
    }

    private Map<String, String> watch(Conf conf, Attachment attachment) {
        Ran ran = host.run(
                        cni.environment("DEL", attachment),
                        conf.toString(),
                        watcher,
                        attachment.netns(),
                        LEASES,
                        cni.executable(conf.type()))
                .ok();
        Map<String, String> end = new HashMap<>();
        for (String line : ran.lines()) {
            int space = line.indexOf(' ');
            end.put(
                    space < 0 ? line : line.substring(0, space),
                    space < 0 ? "" : line.substring(space + 1));
        }
        return end;
    }

    private static List<String> wrong(Map<String, String> end, Result result) {
        List<String> wrong = new ArrayList<>();
        if (!"0".equals(end.get("code"))) {
            wrong.add("ended with " + end.get("code"));
        }
        if (!"true".equals(end.get("eof"))) {
            wrong.add("standard output or error was still open");
        }
        if (end.get("host").contains("veth")) {
            wrong.add("links on the host: " + end.get("host"));
        }
        if (end.get("container").contains("eth0")) {
            wrong.add("links in the container: " + end.get("container"));
        }
        for (String address : result.addresses()) {
            if (List.of(end.get("files").split(" ")).contains(address)) {
                wrong.add("lease of " + address);
            }
        }
        if (Long.parseLong(end.get("last")) > SECOND) {
            wrong.add("a process stayed " + end.get("last") + " us");
        }
        return wrong;
    }
}
