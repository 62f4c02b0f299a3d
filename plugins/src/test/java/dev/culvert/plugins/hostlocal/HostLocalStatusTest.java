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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class HostLocalStatusTest {
    private static final String SMALL =
            "\"ranges\": [[{\"subnet\": \"2001:db8::/64\"}], [{\"subnet\": \"10.1.2.0/29\"}]]";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    private void fill() {
        Caller caller = network.caller(SMALL);
        for (int i = 0; i < 5; i++) {
            assertThat(caller.add("c" + i).ok()).isTrue();
        }
    }

    @Test
    void unusedNetwork_isReady_andNothingIsMade() {
        assertThat(network.caller(SMALL).status()).isEqualTo(new Answer(0, ""));
        assertThat(network.folder()).doesNotExist();
    }

    @Test
    void noRanges_isReady() {
        assertThat(network.caller("").status()).isEqualTo(new Answer(0, ""));
    }

    @Test
    void freeAddresses_isReady_andNoFileChanges() {
        network.caller(SMALL).add("c1");
        Map<String, String> before = network.files();

        assertThat(network.caller(SMALL).status()).isEqualTo(new Answer(0, ""));
        assertThat(network.files()).isEqualTo(before);
    }

    @Test
    void exhaustedSet_isNotAvailable_withRangeAndCounts() {
        fill();

        Answer answer = network.caller(SMALL).status();

        assertThat(answer.code()).isEqualTo(50);
        assertThat(answer.msg())
                .isEqualTo("no IP addresses available in range set: 10.1.2.1-10.1.2.6");
        assertThat(answer.details())
                .contains("5 of 5 addresses are reserved in " + network.folder());
        network.caller(SMALL).del("c3");
        assertThat(network.caller(SMALL).status().ok()).isTrue();
    }

    @Test
    void exhaustedSet_isFoundWithoutAnIndexToo() {
        fill();
        network.delete(Index.NAME);
        FaultLibc faults = new FaultLibc(new FfmLibc()).failAll("pwrite", Errno.ENOSPC);

        assertThat(network.caller(SMALL).with(faults).status().code()).isEqualTo(50);
        network.caller(SMALL).del("c3");
        assertThat(network.caller(SMALL).with(faults).status().ok()).isTrue();
    }

    @Test
    void readOnlyFileSystem_isNotAvailable() {
        fill();
        network.caller(SMALL).del("c3");
        FaultLibc faults = new FaultLibc(new FfmLibc()).failAll("unlink", Errno.EROFS);

        Answer answer = network.caller(SMALL).with(faults).status();

        assertThat(answer.code()).isEqualTo(50);
        assertThat(answer.msg())
                .contains("no address can be reserved", network.folder().toString(), "EROFS");
    }

    @Test
    void fileInPlaceOfTheDataDir_isNotAvailable() throws Exception {
        Files.writeString(dataDir.resolve("file"), "");

        Answer answer = Network.in(dataDir.resolve("file/deep")).caller(SMALL).status();

        assertThat(answer.code()).isEqualTo(50);
        assertThat(answer.msg()).contains("ENOTDIR", dataDir.resolve("file").toString());
    }

    @Test
    void wrongRange_isSaid() {
        assertThat(network.caller("\"subnet\": \"10.1.2.3/24\"").status().code())
                .isEqualTo(7);
    }

    @Test
    void olderVersions_haveNoStatus() {
        assertThat(Caller.of(network.conf("1.0.0", SMALL)).status().code()).isEqualTo(1);
    }

    @Test
    void freeAddresses_isReady_andNoReservationChanges_withoutATrueIndex() {
        network.caller(SMALL).add("c1");
        network.put("10.1.2.5", "reference\r\neth0");
        network.put("notes.txt", "by hand");
        Map<String, String> before = network.files();
        for (int i = 0; i < 2; i++) {
            assertThat(network.caller(SMALL).status()).isEqualTo(new Answer(0, ""));
            assertThat(network.files()).isEqualTo(before);
            assertThat(network.debris()).isEmpty();
            network.delete(Index.NAME);
        }
    }

    @Test
    void tornFile_isRemoved_asByEveryVerbThatReadsTheFolder() {
        network.caller(SMALL).add("c1");
        Map<String, String> before = network.files();
        network.put("10.1.2.5", "");

        assertThat(network.caller(SMALL).status()).isEqualTo(new Answer(0, ""));

        assertThat(network.files()).isEqualTo(before);
    }
}
