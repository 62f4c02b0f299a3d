// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.net.IpAddr;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * What a call costs must not depend on how many addresses are taken. System calls stand for cost.
 */
class HostLocalCostTest {
    private static final int MANY = 50_000;
    private static final String LARGE = "\"subnet\": \"10.2.0.0/15\"";

    @TempDir
    Path dataDir;

    @ParameterizedTest
    @CsvSource({"10.2.0.0/15, 10.2.0.2", "2001:db8:5::/64, 2001:db8:5::2"})
    void manyReservations_needAsManySystemCallsAsNone(String subnet, String first)
            throws Exception {
        String ipam = "\"subnet\": \"" + subnet + "\"";
        Network none = new Network(dataDir, "none");
        Network many = new Network(dataDir, "many");
        fill(many, first, MANY, i -> "container" + i);
        none.caller(ipam).add("before");
        many.caller(ipam).add("before");

        for (String verb : new String[] {"ADD", "CHECK", "STATUS", "DEL"}) {
            int atNone = calls(none.caller(ipam), verb);
            int atMany = calls(many.caller(ipam), verb);
            assertThat(atMany).as(verb).isLessThanOrEqualTo(atNone + 4);
            assertThat(atMany).as(verb).isLessThan(40);
        }
    }

    /** Forged, to make whoever searches the index for their owner wait with the lock held. */
    @Test
    void manyReservationsOfOneOwner_costSystemCallsInProportion() throws Exception {
        Network some = new Network(dataDir, "some");
        Network many = new Network(dataDir, "many");
        fill(some, "10.2.0.2", 2_000, _ -> "c1");
        fill(many, "10.2.0.2", 8_000, _ -> "c1");

        for (String verb : new String[] {"CHECK", "ADD", "DEL"}) {
            int id = verb.equals("ADD") ? 2 : 1;
            int atSome = calls(some.caller(LARGE), verb, "c" + id);
            int atMany = calls(many.caller(LARGE), verb, "c" + id);
            assertThat(atMany).as(verb).isLessThan(atSome * 5);
        }
        assertThat(many.leases().values()).containsOnly("c2\r\neth0");
    }

    private static int calls(Caller caller, String verb) {
        return calls(caller, verb, verb.equals("STATUS") ? "" : "c1");
    }

    private static int calls(Caller caller, String verb, String id) {
        FaultLibc counted = new FaultLibc(new FfmLibc());
        Caller.Answer answer = caller.with(counted).call(verb, id, "eth0");
        assertThat(answer.exit()).as(answer.output()).isZero();
        return (int) counted.calls().stream()
                .filter(call -> !call.name().equals("clockNanos"))
                .count();
    }

    /** Reservations as the reference leaves them, one after another. */
    private static void fill(Network network, String first, int count, IntFunction<String> id)
            throws Exception {
        Files.createDirectories(network.folder());
        var address = IpAddr.parse(first);
        for (int i = 0; i < count; i++) {
            Files.write(
                    network.folder().resolve(address.toString()),
                    (id.apply(i) + "\r\neth0").getBytes(StandardCharsets.UTF_8));
            address = address.plus(1);
        }
        Files.writeString(
                network.folder().resolve("last_reserved_ip.0"), address.plus(-1).toString());
    }
}
