// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class HostLocalDelTest {
    private static final String RANGE = "\"subnet\": \"10.1.2.0/24\"";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    @Test
    void missingFolder_isSuccess_andNothingIsMade() {
        assertThat(network.caller(RANGE).del("c1")).isEqualTo(new Answer(0, ""));

        assertThat(network.folder()).doesNotExist();
    }

    @Test
    void fileInPlaceOfTheDataDir_meansThatNothingIsReserved() throws Exception {
        Files.writeString(dataDir.resolve("file"), "");

        assertThat(Network.in(dataDir.resolve("file")).caller(RANGE).del("c1").ok())
                .isTrue();
    }

    @Test
    void unknownContainer_isSuccess_andSoIsTheSecondTime() {
        Caller caller = network.caller(RANGE);
        caller.add("c1");

        assertThat(caller.del("unknown").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2");
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void textualNeighbours_stay() {
        network.put("10.1.2.1", "c1\r\neth0");
        network.put("10.1.2.10", "c10\r\neth0");
        network.put("10.1.2.11", "c1\r\neth01");
        network.put("10.1.2.100", "xc1\r\neth0");
        network.put("2001:db8::1", "c1\r\neth0x");
        network.put("2001:db8::11", "c1\neth0");
        Caller caller = network.caller(RANGE);

        caller.del("c1");

        assertThat(network.leases())
                .containsOnlyKeys(
                        "10.1.2.10", "10.1.2.11", "10.1.2.100", "2001:db8::1", "2001:db8::11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "\"subnet\": \"10.1.2.7/24\"", "\"subnet\": \"10.9.0.0/30\"",
                        "\"ranges\": [[]]", "\"ranges\": \"none\"",
                "\"subnet\": 5", "\"routes\": [{}]", "\"resolvConf\": \"/nowhere\"",
                        "\"exclude\": 7", "\"reclaim\": \"x\"",
                "\"ranges\": [[{\"subnet\": \"10.0.0.0/8\"}], [{\"subnet\": \"10.0.0.0/8\"}]]"
            })
    void configurationThatIsWrongByNow_doesNotKeepTheAddress(String ipam) {
        network.caller(RANGE).add("c1");

        Answer answer = network.caller(ipam).del("c1");

        assertThat(answer).isEqualTo(new Answer(0, ""));
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void severalAddressesPerFamilyInAnOldVersion_areStillReleased() {
        String ranges =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"10.1.3.0/24\"}]]";
        network.caller(ranges).add("c1");

        assertThat(Caller.of(network.conf("0.2.0", ranges)).del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c1", " c1\n", "c1\r\n"})
    void fileOfAnOldVersion_isReleasedByTheContainerIdAlone(String content) {
        network.put("10.1.2.2", content);
        network.put("10.1.2.3", "c2");

        network.caller(RANGE).del("c1");

        assertThat(network.leases()).containsOnlyKeys("10.1.2.3");
    }

    @Test
    void fileOfAnOldVersion_staysWhileOneWithTheInterfaceIsThere() {
        network.put("10.1.2.2", "c1");
        network.put("10.1.2.3", "c1\r\neth0");
        Caller caller = network.caller(RANGE);

        caller.del("c1");
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2");
        caller.del("c1");
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void whiteSpaceAroundTheContent_doesNotCount() {
        network.put("10.1.2.2", "  c1\r\neth0 \n");

        network.caller(RANGE).del("c1");

        assertThat(network.leases()).isEmpty();
    }

    @Test
    void veryLongContainerId_isReservedAndReleased() {
        String id = "i".repeat(4096);
        Caller caller = network.caller(RANGE);

        assertThat(caller.add(id).ok()).isTrue();
        assertThat(network.leases()).isEqualTo(Map.of("10.1.2.2", id + "\r\neth0"));
        network.delete(Index.NAME);
        caller.del(id);
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void refusalOfTheKernel_isAnError_andTheOtherAddressIsReleasedAllTheSame() {
        Caller caller = network.caller(
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8::/64\"}]]");
        caller.add("c1");
        FaultLibc faults = new FaultLibc(new FfmLibc()).fail("unlinkat", 1, Errno.EROFS);

        Answer answer = caller.with(faults).del("c1");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg()).contains("remove " + network.folder() + "/", "EROFS");
        assertThat(network.leases()).hasSize(1);
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void folderOfAReservationsName_isNobodys() throws Exception {
        Files.createDirectories(network.folder().resolve("10.1.2.2"));
        Caller caller = network.caller(RANGE);

        assertThat(caller.add("c1").address()).isEqualTo("10.1.2.3/24");
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.folder().resolve("10.1.2.2")).isDirectory();
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EIO", "EACCES", "ELOOP"})
    void anothersFileThatCannotBeRead_doesNotKeepTheAddress(Errno errno) {
        Caller caller = network.caller(RANGE);
        caller.add("c1");
        network.put("10.1.2.9", "other\r\neth0");
        for (int bad = 1; bad <= 2; bad++) {
            // Before the files are the lock, the index, its new file and two listings. Every file
            // is opened twice before it is given up; which one is listed first is not ours to
            // choose.
            FaultLibc faults = new FaultLibc(new FfmLibc())
                    .fail("openat", 5 + bad, errno)
                    .fail("openat", 6 + bad, errno);

            assertThat(caller.with(faults).del("c2").ok()).as("file %d", bad).isTrue();

            assertThat(network.leases())
                    .as("file %d", bad)
                    .containsOnlyKeys("10.1.2.2", "10.1.2.9");
            network.delete(Index.NAME);
        }
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.9");
    }

    @Test
    void ownFileThatCannotBeRead_isAnErrorWhileTheIndexKnowsIt() {
        Caller caller = network.caller(RANGE);
        caller.add("c1");
        caller.add("c2");
        // After the lock and the index.
        FaultLibc faults = new FaultLibc(new FfmLibc())
                .fail("openat", 3, Errno.EIO)
                .fail("openat", 4, Errno.EIO);

        Answer answer = caller.with(faults).del("c1");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg()).contains("read " + network.folder() + "/10.1.2.2: EIO");
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.3");
    }

    @Test
    void severalRefusals_areAllNamed() {
        Caller caller = network.caller(
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8::/64\"}]]");
        caller.add("c1");
        FaultLibc faults = new FaultLibc(new FfmLibc()).failAll("unlinkat", Errno.EROFS);

        Answer answer = caller.with(faults).del("c1");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg()).contains("the first of 2 refusals: EROFS");
        assertThat(answer.msg() + answer.details()).contains("/10.1.2.2", "/2001:db8::2");
    }
}
