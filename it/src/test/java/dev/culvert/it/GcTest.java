// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.List;

/** GC removes what nobody claims, of its own network alone. */
final class GcTest {
    private static final Attachment NONE = new Attachment("", "", "");
    private static final Conf ONE = network("one", 1);
    private static final Conf TWO = network("two", 2);

    @AutoClose
    private PrivateHost host;

    private Cni cni;

    @BeforeEach
    void open() {
        host = PrivateHost.open();
        cni = Cni.of(host, "test");
        for (String netns : List.of("c1", "c2", "c3", "c4")) {
            host.addNetns(netns);
        }
    }

    /** Two networks share a bridge, which has the gateway address of the first. */
    private static Conf network(String name, int number) {
        return Conf.parse("""
                {"cniVersion": "1.1.0", "name": "NAME", "type": "bridge", "bridge": "br0", "ipMasq": true,
                 "ipam": {"type": "host-local",
                   "ranges": [[{"subnet": "10.N.0.0/24"}], [{"subnet": "fd0N::/64"}]]}}
                """.replace("NAME", name).replace("N", Integer.toString(number)))
                .with("isGateway", Boolean.toString(number == 1));
    }

    private Ran gc(Conf conf, String valid) {
        return cni.call("GC", conf.with("cni.dev/valid-attachments", valid), NONE);
    }

    @Test
    void unclaimedAttachmentsOfTheNetwork_goAndAllOthersStay() throws IOException {
        Attachment inBoth = Attachment.of("both", "c1");
        Attachment inBothToo = new Attachment("both", "/run/netns/c1", "eth1");
        Attachment ofTwo = Attachment.of("two", "c2");
        Result first = cni.add(ONE, inBoth);
        Result second = cni.add(TWO, inBothToo);
        Result third = cni.add(TWO, ofTwo);
        Result stale = cni.add(ONE, Attachment.of("stale", "c3"));
        Cni.of(host, "debian")
                .call("host-local", "ADD", ONE.version("1.0.0"), Attachment.of("theirs", "c4"))
                .ok();
        addThatIsKilled(Attachment.of("killed", "c4"));

        gc(ONE, "[{\"containerID\": \"both\", \"ifname\": \"eth0\"}]").ok();

        cni.check(ONE, first, inBoth);
        cni.check(TWO, second, inBothToo);
        cni.check(TWO, third, ofTwo);
        assertThat(host.leases())
                .filteredOn(lease -> lease.startsWith("one/"))
                .containsExactlyInAnyOrderElementsOf(
                        first.addresses().stream().map(ip -> "one/" + ip).toList());
        assertThat(host.leases()).filteredOn(lease -> lease.startsWith("two/")).hasSize(4);
        assertThat(host.vethLinks()).hasSize(3);
        assertThat(host.leftovers().toString()).doesNotContain(stale.addressArray());
    }

    /**
     * Killed late, when most of it is there; the first call makes more than the second, on whose
     * count this goes.
     */
    private void addThatIsKilled(Attachment attachment) throws IOException {
        String killer = CProgram.install(host, "killer");
        add(killer, attachment, 0);
        cni.del(ONE, attachment);
        int calls = add(killer, attachment, 0);
        cni.del(ONE, attachment);
        add(killer, attachment, calls * 9 / 10);
        assertThat(host.run("cat", "/run/report").ok().output()).contains("killed=yes");
    }

    private int add(String killer, Attachment attachment, int killAt) {
        host.run(
                        cni.environment("ADD", attachment),
                        ONE.toString(),
                        killer,
                        "-o",
                        "/run/report",
                        "-n",
                        Integer.toString(killAt),
                        cni.executable("bridge"))
                .ok();
        String report = host.run("cat", "/run/report").ok().output();
        return Integer.parseInt(report.substring("calls=".length(), report.indexOf(' ')));
    }

    @Test
    void emptyList_removesTheWholeNetworkAndNoOther() {
        Result first = cni.add(ONE, Attachment.of("a", "c1"));
        cni.add(ONE, Attachment.of("b", "c2"));
        Result other = cni.add(TWO, Attachment.of("c", "c3"));

        gc(ONE, "[]").ok();

        cni.check(TWO, other, Attachment.of("c", "c3"));
        assertThat(host.vethLinks()).hasSize(1);
        assertThat(host.leases()).allMatch(lease -> lease.startsWith("two/")).hasSize(2);
        assertThat(host.leftovers().toString()).doesNotContain(first.addressArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "null"})
    void missingList_isAnEmptyOne(String how) {
        cni.add(ONE, Attachment.of("a", "c1"));

        (how.equals("null") ? gc(ONE, "null") : cni.call("GC", ONE, NONE)).ok();

        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void secondCollection_findsNothingToDo() {
        cni.add(ONE, Attachment.of("a", "c1"));

        gc(ONE, "[]").ok();
        gc(ONE, "[]").ok();

        assertThat(host.leftovers()).isEmpty();
    }
}
