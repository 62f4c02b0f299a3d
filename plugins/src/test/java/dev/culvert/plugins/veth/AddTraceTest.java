// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.veth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an ADD asks the kernel for, and what others on the host see of it. */
@InNetns(mayLeave = true)
final class AddTraceTest {
    /** socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER). */
    private static final String NETFILTER = "16, 524291, 12";

    private static final Pattern NAME = Pattern.compile("(?:Deleted )?\\d+: ([^:@]+)[:@].*");
    private static final int LONGEST_PAUSE_MILLIS = 5;
    /** Duplicate address detection takes a second and more. */
    private static final int MOST_PAUSES = 100;

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

    private static boolean opensNetfilter(FaultLibc libc) {
        return libc.calls().stream()
                .anyMatch(
                        call -> call.name().equals("socket") && call.arguments().equals(NETFILTER));
    }

    private FaultLibc traced(TestNetwork network, String verb) {
        FaultLibc libc = new FaultLibc(new FfmLibc());
        assertThat(network.over(libc.libc()).call(verb, pod).code()).isZero();
        return libc;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BRIDGE_GUARDED")
    void addWithoutMasquerade_leavesNetfilterAlone(Kind kind) {
        assertThat(opensNetfilter(traced(kind.network("net"), "ADD"))).isFalse();
    }

    /** The configuration may have changed since ADD: DEL looks for rules whatever it says. */
    @ParameterizedTest
    @EnumSource
    void addWithMasquerade_andEveryDel_openNetfilter(Kind kind) {
        TestNetwork network = kind.network("net");

        assertThat(opensNetfilter(traced(network.with("ipMasq", "true"), "ADD")))
                .isTrue();
        assertThat(opensNetfilter(traced(network, "DEL"))).isTrue();
        assertThat(host.witness().run("nft", "list", "ruleset")).doesNotContain("10.1.0.2");
    }

    @ParameterizedTest
    @EnumSource
    void dualStackAdd_waitsForNoDetectionOfDuplicates(Kind kind) {
        FaultLibc libc = traced(kind.network("net"), "ADD");

        assertThat(libc.calls())
                .filteredOn(call -> call.name().equals("poll"))
                .hasSizeLessThan(MOST_PAUSES)
                .extracting(call -> Integer.parseInt(
                        call.arguments().substring(call.arguments().lastIndexOf(' ') + 1)))
                .allMatch(millis -> millis >= 0 && millis <= LONGEST_PAUSE_MILLIS);
    }

    /** A daemon that manages every new link would take hold of one under another name. */
    @ParameterizedTest
    @EnumSource
    void host_seesNoLinkUnderAnotherName(Kind kind) throws Exception {
        TestNetwork network = kind.network("net");
        host.run("link add first type bridge");
        Process monitor = new ProcessBuilder("ip", "monitor", "link").start();
        try (BufferedReader lines = monitor.inputReader(StandardCharsets.UTF_8)) {
            while (!lines.ready()) {
                host.batch("link set first up\nlink set first down\n");
            }
            network.add(pod);
            network.del(pod);
            host.run("link add last type bridge");
            Set<String> seen = new TreeSet<>();
            while (!seen.contains("last")) {
                Matcher name = NAME.matcher(lines.readLine());
                if (name.matches()) {
                    seen.add(name.group(1));
                }
            }

            assertThat(seen)
                    .contains(network.hostLink(pod))
                    .isSubsetOf("first", "last", "br0", network.hostLink(pod));
        } finally {
            monitor.destroy();
            monitor.waitFor();
        }
    }
}
