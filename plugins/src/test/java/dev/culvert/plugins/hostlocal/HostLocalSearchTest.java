// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which address is next: the reference's round robin, with and without an index. */
class HostLocalSearchTest {
    private static final String TWO =
            "[{\"subnet\": \"10.0.0.0/29\"}, {\"subnet\": \"10.0.1.0/29\"}]";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    private Caller caller(String ranges) {
        return network.caller("\"ranges\": [" + ranges + "]");
    }

    private static String one(String subnet) {
        return "[{\"subnet\": \"" + subnet + "\"}]";
    }

    private void given(String taken, String last) {
        for (String address : taken == null ? new String[0] : taken.split(" ")) {
            network.put(address, "id\r\neth0");
        }
        if (last != null) {
            network.put("last_reserved_ip.0", last);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // taken, last, next
        ", , 10.0.0.2",
        "10.0.0.2, , 10.0.0.3",
        "10.0.0.2 10.0.0.4, 10.0.0.3, 10.0.0.5",
        "10.0.0.4 10.0.0.5, 10.0.0.3, 10.0.0.6",
        "10.0.0.4 10.0.0.5 10.0.0.6, 10.0.0.3, 10.0.0.2",
        ", 10.0.0.6, 10.0.0.2",
        ", 10.0.0.5, 10.0.0.6",
        "10.0.0.2 10.0.0.4 10.0.0.5 10.0.0.6, 10.0.0.2, 10.0.0.3",
        // the one reserved last is tried last
        "10.0.0.2 10.0.0.3 10.0.0.5 10.0.0.6, 10.0.0.4, 10.0.0.4",
        // of another range, or no address
        ", 10.0.0.128, 10.0.0.2",
        ", 2001:db8::1, 10.0.0.2",
        ", nonsense, 10.0.0.2",
        "10.0.0.2, '', 10.0.0.3",
        ", 10.0.0.1, 10.0.0.2"
    })
    void oneRange_isSearchedInACircle(String taken, String last, String next) {
        given(taken, last);

        assertThat(caller(one("10.0.0.0/29")).add("new").address()).isEqualTo(next + "/29");
        assertThat(network.files()).containsEntry("last_reserved_ip.0", next);
    }

    @ParameterizedTest
    @CsvSource({
        ", , 10.0.0.2",
        ", 10.0.0.6, 10.0.1.2",
        ", 10.0.1.6, 10.0.0.2",
        "10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6, 10.0.0.3, 10.0.1.2",
        "10.0.1.4 10.0.1.5 10.0.1.6, 10.0.1.3, 10.0.0.2",
        "10.0.0.4 10.0.0.5 10.0.0.6 10.0.1.2 10.0.1.3 10.0.1.4 10.0.1.5 10.0.1.6, 10.0.0.3, 10.0.0.2",
        ", 10.0.1.3, 10.0.1.4"
    })
    void severalRanges_areOneCircle(String taken, String last, String next) {
        given(taken, last);

        assertThat(caller(TWO).add("new").address()).isEqualTo(next + "/29");
    }

    @Test
    void everyAddressOfBothRanges_isFoundOnceAndThenNone() {
        Set<String> found = new LinkedHashSet<>();
        for (int i = 0; i < 10; i++) {
            found.add(caller(TWO).add("c" + i).address());
        }

        assertThat(found)
                .containsExactly(
                        "10.0.0.2/29",
                        "10.0.0.3/29",
                        "10.0.0.4/29",
                        "10.0.0.5/29",
                        "10.0.0.6/29",
                        "10.0.1.2/29",
                        "10.0.1.3/29",
                        "10.0.1.4/29",
                        "10.0.1.5/29",
                        "10.0.1.6/29");
        assertThat(caller(TWO).add("late").msg())
                .isEqualTo(
                        "failed to allocate for range 0:"
                                + " no IP addresses available in range set: 10.0.0.1-10.0.0.6,10.0.1.1-10.0.1.6");
        caller(TWO).del("c4");
        assertThat(caller(TWO).add("late").address()).isEqualTo("10.0.0.6/29");
    }

    @ParameterizedTest
    @CsvSource({"192.168.1.0, 192.168.1.255", "192.168.1.1, 192.168.1.254"})
    void networkBroadcastAndGateway_areNeverGiven(String start, String end) {
        String ranges = "[{\"subnet\": \"192.168.1.0/24\", \"rangeStart\": \"" + start
                + "\", \"rangeEnd\": \"" + end + "\", \"gateway\": \"192.168.1.128\"}]";
        Set<String> all = IntStream.rangeClosed(1, 254)
                .filter(i -> i != 128)
                .mapToObj(i -> "192.168.1." + i)
                .collect(Collectors.toSet());

        for (int i = 0; i < all.size(); i++) {
            assertThat(caller(ranges).add("c" + i).ok()).isTrue();
        }

        assertThat(caller(ranges).add("late").code()).isEqualTo(100);
        assertThat(network.leases().keySet()).isEqualTo(all);
    }

    @Test
    void freedAddress_isNotGivenAgainBeforeTheOthers() {
        Caller caller = caller(one("10.0.0.0/29"));
        caller.add("c1");
        caller.del("c1");

        assertThat(caller.add("c2").address()).isEqualTo("10.0.0.3/29");
    }

    @Test
    void tenThousandAttachments_fitIntoA28_oneAfterAnother() {
        String conf = network.conf("1.1.0", "\"subnet\": \"10.0.0.0/28\"");
        Caller caller = Caller.of(conf);

        for (int i = 0; i < 10_000; i++) {
            Answer added = caller.add("c" + i);
            assertThat(added.ok()).as(added.output()).isTrue();
            assertThat(added.address()).isEqualTo("10.0.0." + (2 + i % 13) + "/28");
            assertThat(caller.del("c" + i).ok()).isTrue();
        }

        assertThat(network.leases()).isEmpty();
        assertThat(network.index().toFile().length())
                .as("the index does not grow")
                .isLessThan(30_000);
    }

    @Test
    void ipv6Range_isWalkedOverManyBlocks_withoutLeavingAnyBehind() {
        Caller caller = caller(one("2001:db8::/64"));
        for (int i = 0; i < 3000; i++) {
            caller.add("c" + i);
            caller.del("c" + i);
        }

        assertThat(network.index().toFile().length()).isLessThan(30_000);
        assertThat(caller.add("last").address()).isEqualTo("2001:db8::bba/64");
    }

    @Test
    void excludedAddresses_areNeverGiven() {
        Caller caller = network.caller(
                "\"subnet\": \"10.0.0.0/28\","
                        + " \"exclude\": [\"10.0.0.2\", \"10.0.0.4-10.0.0.6\", \"10.0.0.8/30\", \"2001:db8::/32\"]");

        Set<String> found = new LinkedHashSet<>();
        Answer answer = caller.add("c0");
        for (int i = 1; answer.ok(); i++) {
            found.add(answer.address());
            answer = caller.add("c" + i);
        }

        assertThat(found)
                .containsExactly(
                        "10.0.0.3/28",
                        "10.0.0.7/28",
                        "10.0.0.12/28",
                        "10.0.0.13/28",
                        "10.0.0.14/28");
        assertThat(answer.details()).contains("5 of 5");
    }

    // Requested addresses

    @Test
    void requestedAddress_isGiven_andRememberedAsTheLast() {
        Caller caller = caller(one("10.0.0.0/24")).args("IP=10.0.0.77");

        assertThat(caller.add("c1").address()).isEqualTo("10.0.0.77/24");
        assertThat(network.files()).containsEntry("last_reserved_ip.0", "10.0.0.77");
        assertThat(caller(one("10.0.0.0/24")).add("c2").address()).isEqualTo("10.0.0.78/24");
    }

    @Test
    void requestedAddressThatIsTaken_isRefusedWithItsHolder() {
        network.put("10.0.0.5", "other\r\neth0");

        Answer answer = caller(one("10.0.0.0/29")).args("IP=10.0.0.5").add("c1");

        assertThat(answer.msg())
                .isEqualTo("failed to allocate for range 0: requested IP address 10.0.0.5"
                        + " is not available in range set 10.0.0.1-10.0.0.6");
        assertThat(answer.details()).contains("10.0.0.5 is held by other eth0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1 | failed to allocate for range 0: requested ip 10.0.0.1 is subnet's gateway",
                "10.0.0.8 | failed to allocate all requested IPs: 10.0.0.8",
                "10.0.0.0 | failed to allocate all requested IPs: 10.0.0.0",
                "192.0.2.1 | failed to allocate all requested IPs: 192.0.2.1",
                "2001:db8::1 | failed to allocate all requested IPs: 2001:db8::1"
            })
    void requestedAddressThatCannotBeGiven_isRefused_andNothingIsReserved(
            String address, String message) {
        Answer answer = caller(one("10.0.0.0/29")).args("IP=" + address).add("c1");

        assertThat(answer.code()).isEqualTo(7);
        assertThat(answer.msg()).isEqualTo(message);
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void requestsFromAllThreePlaces_addUp() {
        String conf = network.conf(
                "1.1.0",
                "\"ranges\": [" + one("10.0.0.0/24") + "," + one("10.0.1.0/24") + ","
                        + one("2001:db8::/64") + "," + one("10.0.2.0/24") + "]",
                "\"args\": {\"cni\": {\"ips\": [\"10.0.1.11/24\"]}},"
                        + " \"runtimeConfig\": {\"ips\": [\"2001:db8::12\", \"10.0.1.11\"]}");

        Answer answer = Caller.of(conf)
                .args("IgnoreUnknown=1;K8S_POD_NAME=p;IP=10.0.0.10/8")
                .add("c1");

        assertThat(answer.addresses())
                .containsExactly("10.0.0.10/24", "10.0.1.11/24", "2001:db8::12/64", "10.0.2.2/24");
    }

    @Test
    void twoRequestsForOneSet_areOneTooMany() {
        String conf = network.conf(
                "1.1.0",
                "\"ranges\": [" + one("10.0.0.0/24") + "]",
                "\"runtimeConfig\": {\"ips\": [\"10.0.0.10\", \"10.0.0.11\"]}");

        assertThat(Caller.of(conf).add("c1").msg())
                .isEqualTo("failed to allocate all requested IPs: 10.0.0.11");
        assertThat(network.leases()).isEmpty();
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void sameSubnetWithoutOverlap_isTwoSets() {
        String ranges =
                "[{\"subnet\": \"10.0.0.0/24\", \"rangeStart\": \"10.0.0.10\", \"rangeEnd\": \"10.0.0.11\"}],"
                        + "[{\"subnet\": \"10.0.0.0/24\", \"rangeStart\": \"10.0.0.20\", \"rangeEnd\": \"10.0.0.21\"}]";

        assertThat(caller(ranges).add("c1").addresses())
                .containsExactly("10.0.0.10/24", "10.0.0.20/24");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.20 | 7   | requested ip 10.0.0.20 is excluded by ipam.exclude",
                "10.0.0.0  | 7   | requested ip 10.0.0.0 is the network or broadcast address of 10.0.0.0/24",
                "10.0.0.255 | 7  | requested ip 10.0.0.255 is the network or broadcast address of 10.0.0.0/24",
                "10.0.0.9  | 7   | requested ip 10.0.0.9 is subnet's gateway"
            })
    void addressThatIsNeverGiven_isRefusedByName_insideAnExplicitRangeToo(
            String address, int code, String message) {
        String ipam = "\"ranges\": [[{\"subnet\": \"10.0.0.0/24\", \"rangeStart\": \"10.0.0.0\","
                + " \"rangeEnd\": \"10.0.0.255\", \"gateway\": \"10.0.0.9\"}]], \"exclude\": [\"10.0.0.16/28\"]";

        Answer answer = network.caller(ipam).args("IP=" + address).add("c1");

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.msg()).isEqualTo("failed to allocate for range 0: " + message);
        assertThat(network.leases()).isEmpty();
        assertThat(network.debris()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.9, 7, 10.0.0.9", "10.0.0.16, 7, 10.0.0.16", "10.0.0.11, 100, 10.0.0.11"})
    void requestAroundAnExplicitRange_isRefusedOutside_andWhereItIsTaken(
            String address, int code, String named) {
        given("10.0.0.11", null);
        String ranges =
                "[{\"subnet\": \"10.0.0.0/24\", \"rangeStart\": \"10.0.0.10\", \"rangeEnd\": \"10.0.0.15\"}]";

        Answer answer = caller(ranges).args("IP=" + address).add("c1");

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.msg()).contains(named);
        assertThat(network.leases()).containsOnlyKeys("10.0.0.11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.10", "10.0.0.13", "10.0.0.15"})
    void requestInsideAnExplicitRange_isGiven_itsEndsToo(String address) {
        String ranges =
                "[{\"subnet\": \"10.0.0.0/24\", \"rangeStart\": \"10.0.0.10\", \"rangeEnd\": \"10.0.0.15\"}]";

        assertThat(caller(ranges).args("IP=" + address).add("c1").address())
                .isEqualTo(address + "/24");
    }

    @Test
    void secondAddThatRequests_isRefusedForTheSameAddress_andGivenAnotherOne() {
        caller(one("10.0.0.0/24")).args("IP=10.0.0.10").add("c1");

        Answer same = caller(one("10.0.0.0/24")).args("IP=10.0.0.10").add("c1");
        assertThat(same.code()).isEqualTo(100);
        assertThat(same.details()).contains("10.0.0.10 is held by c1 eth0");
        assertThat(network.leases()).containsOnlyKeys("10.0.0.10");

        Answer other = caller(one("10.0.0.0/24")).args("IP=10.0.0.11").add("c1");
        assertThat(other.address()).isEqualTo("10.0.0.11/24");
        assertThat(network.leases()).containsOnlyKeys("10.0.0.10", "10.0.0.11");
        assertThat(caller(one("10.0.0.0/24")).del("c1").ok()).isTrue();
        assertThat(network.leases()).as("DEL frees both").isEmpty();
    }
}
