// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Attachments that the reference made, in the hands of our plugins: what a host sees when it is
 * upgraded in use.
 */
final class TakeoverTest {
    private static final Attachment A = Attachment.of("a", "c1");
    private static final Attachment B = Attachment.of("b", "c2");

    @AutoClose
    private PrivateHost host;

    private Cni ours;

    @BeforeEach
    void open() {
        host = PrivateHost.open();
        host.addNetns("c1");
        host.addNetns("c2");
        ours = Cni.of(host, "test");
    }

    /** Who made the attachment, and the configuration. */
    record Made(String name, String folder, Conf conf) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Made> made() {
        Conf nft = Conf.bridge().with("ipMasqBackend", "\"nftables\"");
        return Stream.of(
                new Made("bridge of Debian, iptables", "debian", Conf.bridge()),
                new Made("ptp of Debian, iptables", "debian", Conf.ptp()),
                new Made("bridge of the newest, iptables", "reference", Conf.bridge()),
                new Made("bridge of the newest, nftables", "reference", nft),
                new Made(
                        "bridge of the newest, checked addresses",
                        "reference",
                        nft.with("macspoofchk", "true")),
                new Made(
                        "ptp of the newest, nftables",
                        "reference",
                        Conf.ptp().with("ipMasqBackend", "\"nftables\"")));
    }

    private Cni theirs(Made made) {
        if (made.folder().equals("reference")) {
            Plugins.reference();
        }
        Needs.tools("iptables (iptables)");
        return Cni.of(host, made.folder());
    }

    /** The kernel removes links some time after the namespace's name. */
    private void deleteNetns() {
        host.run("ip", "netns", "del", "c1").ok();
        Waiting.until(
                "the link goes with its namespace",
                Duration.ofSeconds(10),
                () -> host.vethLinks().isEmpty(),
                host::report);
    }

    @ParameterizedTest
    @MethodSource("made")
    void deletedWithNetnsAndResult_leavesNothingAndTheOtherStays(Made made) {
        Cni theirs = theirs(made);
        Result a = theirs.add(made.conf(), A);
        Result b = theirs.add(made.conf(), B);

        ours.del(made.conf(), a, A);

        assertThat(host.sh("nsenter --net=/run/netns/c1 ip -o link").lines())
                .noneMatch(line -> line.contains("eth0"));
        assertThat(host.leases()).containsExactly("net/10.1.0.3", "net/fd01::3");
        assertThat(host.leftovers().toString()).doesNotContain("10.1.0.2", "fd01::2");
        theirs.check(made.conf(), b, B);
        ours.del(made.conf(), b, B);
        assertThat(host.leftovers(b.addressArray())).isEmpty();
    }

    /** Results below 0.4.0 never come with DEL. */
    @ParameterizedTest
    @MethodSource("made")
    void deletedWithoutResult_losesTheLinkThatCarriesTheAddress(Made made) {
        Cni theirs = theirs(made);
        Result a = theirs.add(made.conf(), A);
        Result b = theirs.add(made.conf(), B);

        ours.del(made.conf(), A);

        assertThat(host.sh("nsenter --net=/run/netns/c1 ip -o link").lines())
                .noneMatch(line -> line.contains("eth0"));
        assertThat(host.leases()).containsExactly("net/10.1.0.3", "net/fd01::3");
        // A path that is another container's by now: its interface stays.
        ours.del(made.conf(), Attachment.of("gone", "c2"));
        theirs.check(made.conf(), b, B);
        ours.del(made.conf(), B);
        assertThat(host.leftovers(a.addressArray())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("made")
    void deletedAfterItsNetnsIsGone_leavesNothing(Made made) {
        Result a = theirs(made).add(made.conf(), A);
        deleteNetns();

        ours.del(made.conf(), a, A.withoutNetns());

        assertThat(host.leftovers(a.addressArray())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("made")
    void deletedWithoutNetnsAndResult_leavesNothing(Made made) {
        Result a = theirs(made).add(made.conf(), A);
        deleteNetns();

        ours.del(made.conf(), A.withoutNetns());

        assertThat(host.leftovers(a.addressArray())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("made")
    void checkedByOurs_isAsItShouldBe(Made made) {
        Result a = theirs(made).add(made.conf(), A);

        ours.check(made.conf(), a, A);
    }

    @ParameterizedTest
    @MethodSource("made")
    void ours_deletedByThemAfterADowngrade_losesLinkAndLease(Made made) {
        Conf conf = made.conf();
        Cni theirs = theirs(made);
        Result a = ours.add(conf, A);

        // The first DEL of 1.1.1 releases everything and then misses its chain; a runtime calls
        // again.
        theirs.call("DEL", conf.withPrev(a), A);
        theirs.del(conf, a, A);

        assertThat(host.leases()).isEmpty();
        assertThat(host.vethLinks()).isEmpty();
        // What only we know of goes with our next DEL or GC.
        ours.del(conf, A);
        assertThat(host.leftovers(a.addressArray())).isEmpty();
    }
}
