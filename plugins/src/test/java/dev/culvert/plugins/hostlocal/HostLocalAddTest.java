// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

class HostLocalAddTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]";
    private static final String SMALL = "\"subnet\": \"10.1.2.0/29\"";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void twoFamilies_leaveExactlyTheFilesOfTheReference(String version) {
        String ipam =
                DUAL + ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"2001:db8:2::/64\","
                        + " \"gw\": \"2001:db8:1::9\"}]";
        Caller caller = Caller.of(network.conf(version, ipam));

        Answer answer = caller.add("c1");

        assertThat(answer.exit()).as(answer.output()).isZero();
        assertThat(answer.output())
                .contains(
                        "10.1.2.2/24",
                        "2001:db8:1::2/64",
                        "10.1.2.1",
                        "2001:db8:1::1",
                        "2001:db8:2::/64",
                        "2001:db8:1::9");
        assertThat(network.files())
                .isEqualTo(Map.of(
                        "10.1.2.2", "c1\r\neth0",
                        "2001:db8:1::2", "c1\r\neth0",
                        "last_reserved_ip.0", "10.1.2.2",
                        "last_reserved_ip.1", "2001:db8:1::2",
                        "lock", ""));
        assertThat(network.debris()).isEmpty();

        assertThat(caller.del("c1").output()).isEmpty();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void files_haveTheModesOfTheReference() throws Exception {
        network.caller(SMALL).add("c1");

        assertThat(mode(network.folder())).isEqualTo("rwxr-xr-x");
        assertThat(mode(network.folder().resolve("10.1.2.2"))).isEqualTo("rw-------");
        assertThat(mode(network.folder().resolve("last_reserved_ip.0"))).isEqualTo("rw-------");
        assertThat(mode(network.folder().resolve("lock"))).isEqualTo("rwxr-x---");
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void missingDataDir_isMadeWithTheFoldersAbove() {
        Network deep = Network.in(dataDir.resolve("a/b"));

        assertThat(deep.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        assertThat(deep.leases()).containsOnlyKeys("10.1.2.2");
    }

    @Test
    void secondAddOfTheSameAttachment_namesTheHolderAndChangesNothing() {
        Caller caller = network.caller(SMALL);
        caller.add("c1");
        Map<String, String> before = network.files();

        Answer answer = caller.add("c1");

        assertThat(answer.code()).isEqualTo(108);
        assertThat(answer.msg())
                .isEqualTo("failed to allocate for range 0: 10.1.2.2 has been allocated to c1,"
                        + " duplicate allocation is not allowed");
        assertThat(answer.details())
                .contains(network.folder() + "/10.1.2.2", "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0");
        assertThat(network.files()).isEqualTo(before);
    }

    @Test
    void otherInterfaceOfTheSameContainer_getsAnotherAddress() {
        Caller caller = network.caller(SMALL);
        caller.add("c1");

        assertThat(caller.call("ADD", "c1", "eth1").address()).isEqualTo("10.1.2.3/29");
        caller.call("DEL", "c1", "eth1");
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", "c1\r\neth0"));
    }

    @Test
    void twoNetworks_areIndependent() {
        Network other = new Network(dataDir, "db");
        network.caller(SMALL).add("c1");

        assertThat(other.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        network.caller(SMALL).del("c1");
        assertThat(other.leases()).containsOnlyKeys("10.1.2.2");
    }

    @Test
    void exhaustedRange_isReportedWithCounts() {
        Caller caller = network.caller(SMALL);
        for (int i = 2; i <= 6; i++) {
            assertThat(caller.add("c" + i).address()).isEqualTo("10.1.2." + i + "/29");
        }
        Map<String, String> before = network.files();

        Answer answer = caller.add("late");

        assertThat(answer.code()).isEqualTo(100);
        assertThat(answer.msg())
                .isEqualTo(
                        "failed to allocate for range 0: no IP addresses available in range set: 10.1.2.1-10.1.2.6");
        assertThat(answer.details())
                .contains("5 of 5 addresses", network.folder().toString());
        assertThat(network.files()).isEqualTo(before);
    }

    @Test
    void exhaustedSecondSet_releasesTheFirst() {
        String ipam =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.9.9.0/30\"}]]";
        Caller caller = network.caller(ipam);
        caller.add("c1");
        Map<String, String> before = network.files();

        Answer answer = caller.add("c2");

        assertThat(answer.msg())
                .isEqualTo(
                        "failed to allocate for range 1: no IP addresses available in range set: 10.9.9.1-10.9.9.2");
        assertThat(network.files()).isEqualTo(before);
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void failedAdd_keepsTheEarlierAddressOfTheSameAttachment() {
        // The earlier address is in no range set any more, so it is no duplicate.
        network.caller("\"subnet\": \"10.7.7.0/29\"").add("c1");
        String ipam =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.9.9.0/30\"}]]";
        network.caller(ipam).add("other");

        assertThat(network.caller(ipam).add("c1").code()).isEqualTo(100);
        assertThat(network.leases()).containsOnlyKeys("10.7.7.2", "10.1.2.2", "10.9.9.2");
    }

    @Test
    void resolvConf_becomesDns() throws Exception {
        Path resolv = dataDir.resolve("resolv.conf");
        Files.writeString(
                resolv,
                "# comment\nnameserver 192.0.2.1\n; other\nsearch a.example b.example\nshort\n"
                        + "domain one\ndomain  two\nnameserver\t192.0.2.2\noptions ndots:2\nsearch c.example\n");

        Answer answer =
                network.caller(SMALL + ", \"resolvConf\": \"" + resolv + "\"").add("c1");

        assertThat(answer.json().object("dns").strings("nameservers"))
                .containsExactly("192.0.2.1", "192.0.2.2");
        assertThat(answer.json().object("dns").string("domain", "")).isEqualTo("two");
        assertThat(answer.json().object("dns").strings("search"))
                .containsExactly("a.example", "b.example", "c.example");
        assertThat(answer.json().object("dns").strings("options")).containsExactly("ndots:2");
    }

    @Test
    void missingResolvConf_isAnErrorBeforeAnythingIsReserved() {
        Answer answer = network.caller(SMALL + ", \"resolvConf\": \"/nowhere/resolv.conf\"")
                .add("c1");

        assertThat(answer.msg()).contains("/nowhere/resolv.conf", "ENOENT");
        assertThat(network.files()).isEmpty();
    }

    @Test
    void fileSystemWithoutLinks_isServedByRenaming() {
        FaultLibc noLinks = new FaultLibc(new FfmLibc()).failAll("linkat", Errno.EPERM);
        Caller caller = network.caller(DUAL).with(noLinks);
        network.put("10.1.2.2", "other\r\neth0");

        assertThat(caller.add("c1").addresses()).containsExactly("10.1.2.3/24", "2001:db8:1::2/64");
        assertThat(caller.args("IP=10.1.2.2").add("c2").code()).isEqualTo(100);
        assertThat(network.leases())
                .isEqualTo(Map.of(
                        "10.1.2.2",
                        "other\r\neth0",
                        "10.1.2.3",
                        "c1\r\neth0",
                        "2001:db8:1::2",
                        "c1\r\neth0"));
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void fileSystemWithoutLinks_andFull_takesTheFirstAddressBack() {
        Caller caller = network.caller(DUAL);
        caller.add("c1");
        FaultLibc counted = new FaultLibc(new FfmLibc()).failAll("linkat", Errno.EPERM);
        caller.with(counted).add("c2");
        caller.del("c2");
        Map<String, String> before = network.leases();
        for (int nth = 1; nth <= counted.count("write"); nth++) {
            FaultLibc full = new FaultLibc(new FfmLibc())
                    .failAll("linkat", Errno.EPERM)
                    .fail("write", nth, Errno.ENOSPC);

            assertThat(caller.with(full).add("c2").ok()).as("write %d", nth).isFalse();
            assertThat(network.leases()).as("write %d", nth).isEqualTo(before);
            assertThat(network.debris()).as("write %d", nth).isEmpty();
        }
    }

    @Test
    void addressOfATornReservation_isFree() {
        network.put("10.1.2.2", "");

        assertThat(network.caller(SMALL).add("c1").address()).isEqualTo("10.1.2.2/29");
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", "c1\r\neth0"));
    }

    @Test
    void everyFieldOfARoute_isInTheResultAsConfigured() {
        String routes =
                "[{\"advmss\":1360,\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.2.3\",\"mtu\":1400,\"priority\":7,"
                        + "\"scope\":253,\"table\":100},{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"10.9.0.0/16\",\"gw\":\"10.1.2.4\"}]";

        Answer answer = network.caller(SMALL + ", \"routes\": " + routes).add("c1");

        assertThat(((JsonObject) Json.parse(answer.output()))
                        .find("routes")
                        .orElseThrow()
                        .compact())
                .isEqualTo(routes);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.2, 10.1.2.30", "10.1.2.254, 10.4.4.30"})
    void configuredGateway_isThatOfItsRange(String last, String gateway) {
        // The first range has two addresses; the one after the last of them is the second range's.
        String ipam = "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\", \"gateway\": \"10.1.2.30\"},"
                + " {\"subnet\": \"10.4.4.0/24\", \"gateway\": \"10.4.4.30\"}]]";
        network.put("last_reserved_ip.0", last);

        Answer answer = network.caller(ipam).add("c1");

        assertThat(answer.json().list("ips").getFirst().object().string("gateway", ""))
                .isEqualTo(gateway);
    }

    @Test
    void rangesOfTheRuntime_comeFirst_andSoDoTheirHints() {
        String conf = network.conf(
                "1.1.0",
                "\"subnet\": \"10.1.2.0/24\", \"ranges\": [[{\"subnet\": \"10.3.0.0/24\"}]]",
                "\"runtimeConfig\": {\"ipRanges\": [[{\"subnet\": \"10.7.0.0/24\", \"rangeStart\": \"10.7.0.9\"}],"
                        + " [{\"subnet\": \"2001:db8::/64\"}]]}");

        assertThat(Caller.of(conf).add("c1").addresses())
                .containsExactly("10.7.0.9/24", "2001:db8::2/64", "10.1.2.2/24", "10.3.0.2/24");

        assertThat(network.files())
                .containsEntry("last_reserved_ip.0", "10.7.0.9")
                .containsEntry("last_reserved_ip.1", "2001:db8::2")
                .containsEntry("last_reserved_ip.2", "10.1.2.2")
                .containsEntry("last_reserved_ip.3", "10.3.0.2")
                .doesNotContainKey("last_reserved_ip.4");
        assertThat(Caller.of(conf).add("c2").addresses())
                .containsExactly("10.7.0.10/24", "2001:db8::3/64", "10.1.2.3/24", "10.3.0.3/24");
    }

    @Test
    void optionsOfSeveralLines_andBlanksBeforeWords_count() throws Exception {
        Path resolv = dataDir.resolve("resolv.conf");
        Files.writeString(
                resolv,
                "options ndots:2 rotate\n\t nameserver 192.0.2.1\n  options\ttimeout:1\n"
                        + "   # nameserver 192.0.2.9\n options\n  search a.example\r\n");

        Answer answer =
                network.caller(SMALL + ", \"resolvConf\": \"" + resolv + "\"").add("c1");

        assertThat(answer.json().object("dns").strings("options"))
                .containsExactly("ndots:2", "rotate", "timeout:1");
        assertThat(answer.json().object("dns").strings("nameservers")).containsExactly("192.0.2.1");
        assertThat(answer.json().object("dns").strings("search")).containsExactly("a.example");
    }

    /** Another call holds the lock; the clock runs, so that nobody waits. */
    @ParameterizedTest
    @ValueSource(strings = {"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void lockHeldByAnother_isAnErrorToTryAgain(String verb) {
        String list = "\"cni.dev/valid-attachments\": []";
        network.caller(SMALL).add("c1");
        Map<String, String> before = network.files();
        FaultLibc held = new FaultLibc(hurried()).failAll("flock", Errno.EAGAIN);

        Answer answer =
                Caller.of(network.conf("1.1.0", SMALL, list)).with(held).call(verb, "c1", "eth0");
        Caller.closeLeaked(held);

        assertThat(answer.code()).isEqualTo(11);
        assertThat(answer.msg())
                .contains("lock " + network.folder() + "/lock", "30000 ms", "EAGAIN");
        assertThat(held.openDescriptors()).isEmpty();
        assertThat(network.files()).isEqualTo(before);
    }

    /** A second passes with every look at the clock. */
    private static Libc hurried() {
        Libc real = new FfmLibc();
        long[] late = {0};
        return (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(),
                new Class<?>[] {Libc.class},
                (_, method, arguments) -> {
                    try {
                        Object answer = method.invoke(real, arguments);
                        return method.getName().equals("clockNanos")
                                ? (long) answer + (late[0] += 1_000_000_000L)
                                : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
