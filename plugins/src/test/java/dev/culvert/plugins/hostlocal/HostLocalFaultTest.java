// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Every system call is refused once with every plausible errno, and the process is killed at every
 * one. Afterwards the folder is as before, or as after a call that succeeded; nothing else is left,
 * and the next call finds its way.
 */
class HostLocalFaultTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/29\"}], [{\"subnet\": \"2001:db8::/64\"}]]";
    private static final List<Errno> ERRNOS =
            List.of(Errno.ENOSPC, Errno.EIO, Errno.EROFS, Errno.EMFILE, Errno.EINTR, Errno.EPERM);
    /** A clock cannot refuse; the folder, the lock and the hints may be there after a refusal. */
    private static final Set<String> SURE = Set.of("clockNanos");

    @TempDir
    Path dataDir;

    /** How the network looks before the call. */
    private enum Before {
        /** There is no folder. */
        NOTHING(network -> {}),
        /** Some addresses are taken, and the index is true. */
        WARM(network -> {
            network.caller(DUAL).add("c1");
            network.caller(DUAL).add("c2");
        }),
        /** The index has to be built first. */
        COLD(network -> {
            network.caller(DUAL).add("c1");
            network.caller(DUAL).add("c2");
            network.put("10.1.2.6", "");
            network.put("10.1.2.5", "reference\r\neth0");
        });

        private final Consumer<Network> make;

        Before(Consumer<Network> make) {
            this.make = make;
        }
    }

    private int number;

    private Network made(Before before) {
        Network network = new Network(dataDir, "n" + number++);
        before.make.accept(network);
        return network;
    }

    private static Map<String, String> whole(Network network) {
        Map<String, String> leases = network.leases();
        leases.values().removeIf(String::isEmpty);
        return leases;
    }

    /** Runs the call undisturbed and tells which system calls it makes. */
    private List<FaultLibc.Call> calls(Before before, Function<Caller, Answer> call) {
        FaultLibc counted = new FaultLibc(new FfmLibc());
        assertThat(call.apply(made(before).caller(DUAL).with(counted)).ok()).isTrue();
        return counted.calls();
    }

    @ParameterizedTest
    @EnumSource
    void addWithARefusedCall_changesNothingOrSucceeds(Before before) {
        List<String> tolerated = new ArrayList<>();
        for (FaultLibc.Call at : calls(before, caller -> caller.add("new"))) {
            for (Errno errno : ERRNOS) {
                if (SURE.contains(at.name())) {
                    continue;
                }
                Network network = made(before);
                Map<String, String> leases = whole(network);
                FaultLibc faults = new FaultLibc(new FfmLibc()).failAt(at.number(), errno);

                Answer answer = network.caller(DUAL).with(faults).add("new");
                Caller.closeLeaked(faults);

                String what = before + ", " + at + " answers " + errno + ": " + answer;
                if (answer.ok()) {
                    tolerated.add(at.name() + " " + errno);
                    assertThat(whole(network)).as(what).hasSize(leases.size() + 2);
                } else {
                    assertThat(answer.code()).as(what).isNotZero();
                    assertThat(whole(network)).as(what).isEqualTo(leases);
                }
                if (errno == Errno.EIO) {
                    checkLife(network, leases, what);
                }
            }
        }
        assertThat(tolerated)
                .as("what makes the reservation")
                .noneMatch(what -> what.startsWith("write") && !what.endsWith("EINTR")
                        || what.startsWith("flock") && !what.endsWith("EINTR")
                        || what.startsWith("mkdir")
                        || what.startsWith("link") && !what.endsWith("EPERM"));
    }

    /** The next calls: the attachment goes, comes and goes; then everything is as it was. */
    private static void checkLife(Network network, Map<String, String> leases, String what) {
        Caller caller = network.caller(DUAL);
        assertThat(caller.del("new").ok()).as(what).isTrue();
        assertThat(whole(network)).as(what).isEqualTo(leases);
        Answer added = caller.add("new");
        assertThat(added.ok()).as(what + " then " + added.output()).isTrue();
        assertThat(network.debris()).as(what).isEmpty();
        assertThat(caller.del("new").ok()).as(what).isTrue();
        assertThat(whole(network)).as(what).isEqualTo(leases);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void delWithARefusedCall_succeedsOrIsRetried(Before before) {
        for (FaultLibc.Call at : calls(before, caller -> caller.del("c1"))) {
            for (Errno errno : ERRNOS) {
                if (SURE.contains(at.name())) {
                    continue;
                }
                Network network = made(before);
                Map<String, String> others = whole(network);
                others.values().removeIf("c1\r\neth0"::equals);
                FaultLibc faults = new FaultLibc(new FfmLibc()).failAt(at.number(), errno);

                Answer answer = network.caller(DUAL).with(faults).del("c1");
                Caller.closeLeaked(faults);

                String what = before + ", " + at + " answers " + errno + ": " + answer;
                assertThat(whole(network)).as(what).containsAllEntriesOf(others);
                if (answer.ok()) {
                    assertThat(whole(network)).as(what).isEqualTo(others);
                }
                assertThat(network.caller(DUAL).del("c1").ok()).as(what).isTrue();
                assertThat(whole(network)).as(what).isEqualTo(others);
                if (errno == Errno.EIO) {
                    checkLife(network, others, what);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void addKilledAtACall_isCleanedUpByWhateverComesNext(Before before) {
        int last = calls(before, caller -> caller.add("new")).size();
        for (int at = 1; at <= last; at++) {
            for (String next : List.of("DEL", "GC", "ADD", "OTHER")) {
                Network network = made(before);
                Map<String, String> leases = whole(network);
                kill(network, at, caller -> caller.add("new"));

                String what = before + ", killed at call " + at + ", then " + next;
                assertThat(emptyFiles(network)).as(what).isSubsetOf("10.1.2.6");
                recover(network, next, leases, what);
                assertThat(whole(network)).as(what).isEqualTo(leases);
                if (network.folder().toFile().exists()) {
                    assertThat(network.debris()).as(what).isEmpty();
                }
                checkLife(network, leases, what);
                checkNoAddressLost(network, leases, what);
            }
        }
    }

    /** Reservations without content; the one of {@link Before#COLD} is the reference's. */
    private static List<String> emptyFiles(Network network) {
        return network.leases().entrySet().stream()
                .filter(lease -> lease.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void kill(Network network, int at, Function<Caller, Answer> call) {
        FaultLibc faults = new FaultLibc(new FfmLibc()).killAt(at);
        try {
            call.apply(network.caller(DUAL).with(faults));
        } catch (FaultLibc.Killed killed) {
            Caller.closeLeaked(faults);
            return;
        }
        throw new AssertionError("not killed at call " + at);
    }

    private static void recover(
            Network network, String next, Map<String, String> leases, String what) {
        Caller caller = network.caller(DUAL);
        switch (next) {
            case "DEL" -> assertThat(caller.del("new").ok()).as(what).isTrue();
            case "GC" -> {
                List<String> keys = leases.values().stream()
                        .distinct()
                        .map(owner -> owner.split("\r\n"))
                        .map(owner -> "{\"containerID\": \"" + owner[0] + "\", \"ifname\": \""
                                + owner[1] + "\"}")
                        .toList();
                String list = "\"cni.dev/valid-attachments\": " + keys;
                assertThat(Caller.of(network.conf("1.1.0", DUAL, list)).gc().ok())
                        .as(what)
                        .isTrue();
            }
            case "ADD" -> {
                // Either it works, or it says whose the address is, and DEL frees it.
                Answer again = caller.add("new");
                assertThat(again.ok() || again.code() == 108)
                        .as(what + ": " + again)
                        .isTrue();
                assertThat(caller.del("new").ok()).as(what).isTrue();
            }
            default -> {
                Answer other = caller.add("other");
                assertThat(other.ok()).as(what + ": " + other).isTrue();
                assertThat(caller.del("new").ok()).as(what).isTrue();
                assertThat(caller.del("other").ok()).as(what).isTrue();
            }
        }
    }

    /** All five addresses of the small range can be had. */
    private static void checkNoAddressLost(
            Network network, Map<String, String> leases, String what) {
        Caller caller = network.caller(DUAL);
        long taken =
                leases.keySet().stream().filter(name -> name.startsWith("10.")).count();
        for (long i = taken; i < 5; i++) {
            assertThat(caller.add("fill" + i).ok()).as(what).isTrue();
        }
        assertThat(caller.add("late").code()).as(what).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
    void delKilledAtACall_isFinishedByTheNext(Before before) {
        int last = calls(before, caller -> caller.del("c1")).size();
        for (int at = 1; at <= last; at++) {
            Network network = made(before);
            Map<String, String> others = whole(network);
            others.values().removeIf("c1\r\neth0"::equals);
            kill(network, at, caller -> caller.del("c1"));

            String what = before + ", killed at call " + at;
            assertThat(whole(network)).as(what).containsAllEntriesOf(others);
            assertThat(network.caller(DUAL).del("c1").ok()).as(what).isTrue();
            assertThat(whole(network)).as(what).isEqualTo(others);
            checkLife(network, others, what);
            checkNoAddressLost(network, others, what);
        }
    }

    @ParameterizedTest
    @CsvSource({"write, NOTHING, 0", "pwrite, WARM, 0", "pwrite, WARM, 1"})
    void refusedHint_failsTheAdd_andEverythingIsAsItWas(String call, Before before, int hint) {
        // Before the hints a reservation is written; where the hints are there already they are
        // written in place.
        int nth = call.equals("write") ? 2 : 1 + hint;
        Network network = made(before);
        Map<String, String> files = network.files();
        FaultLibc faults = new FaultLibc(new FfmLibc()).fail(call, nth, Errno.ENOSPC);

        Answer answer = network.caller(DUAL).with(faults).add("new");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg())
                .contains("write " + network.folder() + "/last_reserved_ip." + hint + ": ENOSPC");
        Map<String, String> after = network.files();
        after.keySet().removeIf("lock"::equals);
        files.keySet().removeIf("lock"::equals);
        assertThat(after).isEqualTo(files);
        assertThat(network.debris()).isEmpty();
    }

    /**
     * The way back writes the first hint as it was; a full disk may refuse that, and must not keep
     * the addresses.
     */
    @Test
    void hintThatCannotBePutBack_doesNotKeepTheAddresses() {
        Network network = made(Before.WARM);
        Map<String, String> leases = network.leases();
        FaultLibc faults = new FaultLibc(new FfmLibc())
                .fail("pwrite", 2, Errno.ENOSPC)
                .fail("pwrite", 3, Errno.EIO)
                .fail("pwrite", 4, Errno.EIO);

        Answer answer = network.caller(DUAL).with(faults).add("new");

        assertThat(answer.msg()).contains("last_reserved_ip.1: ENOSPC");
        assertThat(answer.details()).contains("restore the last reserved address", "EIO");
        assertThat(network.leases()).isEqualTo(leases);
        assertThat(network.caller(DUAL).add("new").ok()).isTrue();
    }
}
