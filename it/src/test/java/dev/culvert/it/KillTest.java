// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plugin is killed as it enters its first system call, its second, and so on to its last; each
 * time one of the {@link Recovery recoveries} has to leave nothing, and no address may be lost.
 */
final class KillTest {
    private static final Attachment A = Attachment.of("killed", "k");
    /**
     * As many kills at most for each verb; where a plugin makes more calls, every second or third
     * one is taken.
     */
    private static final int MOST = Integer.getInteger("culvert.kills", 1000);
    /**
     * With which recovery the rotation begins: other numbers give other pairs of call and recovery.
     */
    private static final int FIRST = Integer.getInteger("culvert.recovery", 0);
    /** Few addresses, so that a lost one is missed. */
    private static final String IPAM = """
            {"type": "host-local",
             "ranges": [[{"subnet": "10.1.0.0/28"}], [{"subnet": "fd01::/124"}]],
             "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}""";

    @AutoClose
    private PrivateHost host;

    private Cni cni;
    private String killer;

    @BeforeEach
    void open() throws IOException {
        host = PrivateHost.open();
        cni = Cni.of(host, "test");
        killer = CProgram.install(host, "killer");
        host.addNetns("k");
        host.sh("ip link add up0 type bridge && ip link set up0 up").ok();
    }

    private static Conf conf(String type) {
        Conf conf = switch (type) {
            case "bridge" -> Conf.bridge();
            case "ptp" -> Conf.ptp();
            case "macvlan" -> Conf.ptp().with("type", "\"macvlan\"").with("master", "\"up0\"");
            default -> throw new IllegalArgumentException(type);
        };
        return conf.version("1.1.0").with("ipam", IPAM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp", "macvlan"})
    void addKilledAtEveryCall_canBeCleanedUp(String type) throws IOException {
        Conf conf = conf(type);
        int capacity = capacity(conf);
        Report whole = call("ADD", conf, 0, false);
        cni.del(conf, A);

        List<String> failures = killAtEvery(whole, "ADD of " + type, (n, one) -> {
            Report report = call("ADD", conf, n, one);
            return new Killed(report, conf, Optional.empty());
        });

        assertThat(failures).isEmpty();
        assertThat(capacity(conf)).isEqualTo(capacity);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "ptp", "macvlan"})
    void deleteKilledAtEveryCall_canBeCleanedUp(String type) throws IOException {
        Conf conf = conf(type);
        int capacity = capacity(conf);
        Result first = cni.add(conf, A);
        Report whole = call("DEL", conf.withPrev(first), 0, false);

        List<String> failures = killAtEvery(whole, "DEL of " + type, (n, one) -> {
            Result result = cni.add(conf, A);
            Report report = call("DEL", conf.withPrev(result), n, one);
            return new Killed(report, conf, Optional.of(result));
        });

        assertThat(failures).isEmpty();
        assertThat(capacity(conf)).isEqualTo(capacity);
    }

    /** A call that was killed, and what was known before. */
    private record Killed(Report report, Conf conf, Optional<Result> result) {}

    private interface Deed {
        Killed kill(int call, boolean oneProcess) throws IOException;
    }

    private List<String> killAtEvery(Report whole, String what, Deed deed) throws IOException {
        assertThat(whole.exit()).as("%s without being killed", what).isZero();
        int step = (whole.calls() + MOST - 1) / MOST;
        List<String> failures = new ArrayList<>();
        int runs = 0;
        for (int n = 1; n <= whole.calls(); n += step) {
            Recovery recovery = Recovery.values()[(FIRST + runs) % Recovery.values().length];
            boolean oneProcess = runs / Recovery.values().length % 2 == 1;
            failures.addAll(killAndRecover(n, oneProcess, recovery, what, deed));
            runs++;
        }
        System.out.println(what + ": " + whole.calls() + " calls, killed at "
                + (step == 1 ? "every one" : "every " + step + "th") + ", " + failures.size()
                + " of " + runs + " not cleaned up");
        return failures;
    }

    private List<String> killAndRecover(
            int n, boolean oneProcess, Recovery recovery, String what, Deed deed)
            throws IOException {
        String title = what + " killed at call " + n
                + (oneProcess ? " (that process alone)" : " (the whole tree)");
        List<String> wrong = new ArrayList<>();
        try {
            Killed killed = deed.kill(n, oneProcess);
            title += " " + killed.report().call() + ", then " + recovery;
            recovery.recover(cni, killed.conf(), killed.result(), A);
            wrong.addAll(host.leftovers());
            if (killed.conf().type().equals("macvlan") && !recovery.isToldNetns()) {
                // The link has no end on the host: only through its namespace is it reached.
                cni.del(killed.conf(), A);
            }
            wrong.addAll(leftInContainer());
        } catch (AssertionError e) {
            wrong.add(e.getMessage());
        }
        if (!wrong.isEmpty()) {
            startAfresh();
        } else if (recovery == Recovery.DEL_AFTER_NETNS_IS_GONE) {
            host.addNetns("k");
        }
        return wrong.isEmpty() ? List.of() : List.of(title + ": " + String.join("; ", wrong));
    }

    private List<String> leftInContainer() {
        if (!Files.exists(host.path("/run/netns/k"))) {
            return List.of();
        }
        return Inside.links(host.netnsOf("k")).stream()
                .filter(link -> !link.equals("lo"))
                .map(link -> "link in the container: " + link)
                .toList();
    }

    /** What one kill left must not be counted for the next. */
    private void startAfresh() {
        host.sh("""
                for link in $(ip -o link | grep -o 'veth[^@:]*'); do ip link del $link; done
                ip netns del k
                nft flush ruleset
                rm -rf /var/lib/cni/networks
                """);
        host.addNetns("k");
    }

    /**
     * What the harness says of a call: how many system calls were made, which one was not, the exit
     * code.
     */
    private record Report(int calls, boolean killed, String call, int exit) {
        static Report parse(String text) {
            String[] fields = text.strip().split("[ =]");
            return new Report(
                    Integer.parseInt(fields[1]),
                    fields[3].equals("yes"),
                    fields[5],
                    Integer.parseInt(fields[7]));
        }
    }

    private Report call(String command, Conf conf, int killAt, boolean oneProcess)
            throws IOException {
        List<String> line = new ArrayList<>(
                List.of(killer, "-o", "/run/report", "-n", Integer.toString(killAt)));
        if (oneProcess) {
            line.add("-1");
        }
        line.add(cni.executable(conf.type()));
        host.run(cni.environment(command, A), conf.toString(), line.toArray(String[]::new))
                .ok();
        return Report.parse(Files.readString(host.path("/run/report")));
    }

    /** How many attachments the ranges have room for; the data folder is as before afterwards. */
    private int capacity(Conf conf) {
        int count = 0;
        while (cni.call("host-local", "ADD", conf, Attachment.of("fill" + count, "k"))
                        .code()
                == 0) {
            count++;
        }
        for (int i = 0; i < count; i++) {
            cni.call("host-local", "DEL", conf, Attachment.of("fill" + i, "k")).ok();
        }
        assertThat(host.leases()).isEmpty();
        assertThat(count).isBetween(10, 16);
        return count;
    }
}
