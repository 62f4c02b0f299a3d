// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Our plugins beside the reference's, in one chain and on one data folder. */
final class InteropTest {
    private static final String LEASES = "/var/lib/cni/networks/net/";

    @AutoClose
    private PrivateHost host;

    @BeforeEach
    void open() {
        host = PrivateHost.open();
        for (String netns : new String[] {"c1", "c2"}) {
            host.addNetns(netns);
        }
    }

    private void needs(String folder) {
        if (folder.equals("reference")) {
            Plugins.reference();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "reference"})
    void ourBridge_takesAddressesFromTheirHostLocal(String theirs) {
        needs(theirs);
        attachCheckAndDetachTwo(new Cni(host, "test", theirs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "reference"})
    void theirBridge_takesAddressesFromOurHostLocal(String theirs) {
        needs(theirs);
        attachCheckAndDetachTwo(new Cni(host, theirs, "test"));
    }

    private void attachCheckAndDetachTwo(Cni cni) {
        Attachment a = Attachment.of("a", "c1");
        Attachment b = Attachment.of("b", "c2");

        Result resultA = cni.add(Conf.bridge(), a);
        Result resultB = cni.add(Conf.bridge(), b);

        assertThat(resultA.addresses()).containsExactly("10.1.0.2", "fd01::2");
        assertThat(resultB.addresses()).containsExactly("10.1.0.3", "fd01::3");
        assertThat(host.leases())
                .containsExactly("net/10.1.0.2", "net/10.1.0.3", "net/fd01::2", "net/fd01::3");
        for (String address : resultB.addresses()) {
            host.run("nsenter", "--net=/run/netns/c1", "ping", "-n", "-c", "1", "-W", "2", address)
                    .ok();
        }
        cni.check(Conf.bridge(), resultA, a);
        cni.check(Conf.bridge(), resultB, b);
        cni.del(Conf.bridge(), resultA, a);
        cni.check(Conf.bridge(), resultB, b);
        cni.del(Conf.bridge(), resultB, b);
        assertThat(host.leftovers(resultA.addressArray())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian", "reference"})
    void dataFolder_changesHandsBothWaysWhileAddressesAreInUse(String theirs) throws IOException {
        needs(theirs);
        Cni ours = Cni.of(host, "test");
        Cni reference = Cni.of(host, theirs);

        assertThat(lease(reference, "a")).containsExactly("10.1.0.2", "fd01::2");
        assertThat(lease(reference, "b")).containsExactly("10.1.0.3", "fd01::3");
        assertThat(lease(ours, "c")).containsExactly("10.1.0.4", "fd01::4");
        assertThat(bytes("10.1.0.4")).isEqualTo("c\r\neth0").isEqualTo(bytes("fd01::4"));
        assertThat(bytes("last_reserved_ip.0")).isEqualTo("10.1.0.4");
        assertThat(bytes("last_reserved_ip.1")).isEqualTo("fd01::4");

        release(ours, "b");
        assertThat(lease(reference, "d")).containsExactly("10.1.0.5", "fd01::5");
        release(reference, "c");
        assertThat(lease(ours, "e")).containsExactly("10.1.0.6", "fd01::6");
        assertThat(bytes("10.1.0.5")).isEqualTo("d\r\neth0");
        release(ours, "d");
        assertThat(lease(reference, "f")).containsExactly("10.1.0.7", "fd01::7");

        assertThat(host.leases())
                .containsExactly(
                        "net/10.1.0.2",
                        "net/10.1.0.6",
                        "net/10.1.0.7",
                        "net/fd01::2",
                        "net/fd01::6",
                        "net/fd01::7");
        release(ours, "a");
        release(reference, "e");
        release(ours, "f");
        assertThat(host.leases()).isEmpty();
    }

    @Test
    void addressThatTheyReleased_isFoundAgainWhenTheRangeIsOtherwiseFull() {
        Conf small = Conf.parse("""
                {"cniVersion": "1.0.0", "name": "net", "type": "none",
                 "ipam": {"type": "host-local", "subnet": "10.1.0.0/29"}}""");
        Cni ours = Cni.of(host, "test");
        Cni reference = Cni.of(host, "debian");
        for (String id : new String[] {"a", "b", "c", "d", "e"}) {
            ours.call("host-local", "ADD", small, Attachment.of(id, "c1")).ok();
        }
        ours.call("host-local", "ADD", small, Attachment.of("f", "c1")).refused();

        reference.call("host-local", "DEL", small, Attachment.of("c", "c1")).ok();
        Ran ran =
                ours.call("host-local", "ADD", small, Attachment.of("f", "c1")).ok();

        assertThat(Result.parse(ran.output()).addresses()).containsExactly("10.1.0.4");
        ours.call("host-local", "ADD", small, Attachment.of("g", "c1")).refused();
        reference.call("host-local", "ADD", small, Attachment.of("g", "c1")).refused();
    }

    @Test
    void addressThatTheyTook_isNotGivenAgain() {
        Cni ours = Cni.of(host, "test");
        lease(ours, "a");
        host.write(LEASES + "10.1.0.3", "b\r\neth0");
        host.write(LEASES + "fd01::3", "b\r\neth0");

        assertThat(lease(ours, "c")).containsExactly("10.1.0.4", "fd01::4");
    }

    @Test
    void leaseOfAnOldRelease_isReleasedByItsContainerIdAlone() throws IOException {
        host.write(LEASES + "10.1.0.9", "a");
        host.write(LEASES + "10.1.0.10", " ab \n");

        release(Cni.of(host, "test"), "a");

        assertThat(host.leases()).containsExactly("net/10.1.0.10");
    }

    @Test
    void emptyLease_isATornOneAndFree() {
        host.write(LEASES + "10.1.0.2", "");

        assertThat(lease(Cni.of(host, "test"), "a").getFirst()).isEqualTo("10.1.0.2");
    }

    private static List<String> lease(Cni cni, String id) {
        return Result.parse(cni.call("host-local", "ADD", Conf.hostLocal(), Attachment.of(id, "c1"))
                        .ok()
                        .output())
                .addresses();
    }

    private static void release(Cni cni, String id) {
        cni.call("host-local", "DEL", Conf.hostLocal(), Attachment.of(id, "c1")).ok();
    }

    private String bytes(String file) throws IOException {
        return Files.readString(host.path(LEASES + file));
    }
}
