// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.hostlocal.Caller.Answer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Map;

class HostLocalCheckTest {
    private static final String DUAL =
            "\"ranges\": [[{\"subnet\": \"10.1.2.0/24\"}], [{\"subnet\": \"2001:db8:1::/64\"}]]";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    private Caller checker(Answer added) {
        return Caller.of(network.conf("1.1.0", DUAL, "\"prevResult\": " + added.output()));
    }

    @Test
    void attachmentAsAdded_passes() {
        Answer added = network.caller(DUAL).add("c1");

        assertThat(checker(added).check("c1")).isEqualTo(new Answer(0, ""));
    }

    @Test
    void missingFolder_fails_andNothingIsMade() {
        Answer answer = network.caller(DUAL).check("c1");

        assertThat(answer.code()).isEqualTo(105);
        assertThat(answer.msg())
                .isEqualTo("host-local: Failed to find address added by container c1");
        assertThat(network.folder()).doesNotExist();
    }

    @Test
    void missingReservation_fails() {
        Answer added = network.caller(DUAL).add("c1");
        network.caller(DUAL).del("c1");

        assertThat(checker(added).check("c1").msg())
                .isEqualTo("host-local: Failed to find address added by container c1");
    }

    @Test
    void oneOfTwoReservationsMissing_fails_namingTheAddress() {
        Answer added = network.caller(DUAL).add("c1");
        network.delete("2001:db8:1::2");

        Answer answer = checker(added).check("c1");

        assertThat(answer.code()).isEqualTo(105);
        assertThat(answer.msg())
                .isEqualTo(
                        "host-local: 2001:db8:1::2 is not reserved for container c1 interface eth0");
        assertThat(answer.details()).contains("10.1.2.2");
    }

    @Test
    void addressOfAnother_fails() {
        Answer added = network.caller(DUAL).add("c1");
        network.delete("10.1.2.2");
        network.put("10.1.2.2", "c2\r\neth0");

        assertThat(checker(added).check("c1").msg())
                .contains("10.1.2.2 is not reserved for container c1");
    }

    @Test
    void addressesOfOthersInTheResult_areNotOurBusiness() {
        Answer added = network.caller(DUAL).add("c1");
        String more =
                added.output().replace("\"ips\": [", "\"ips\": [ {\"address\": \"192.0.2.7/24\"},");

        assertThat(Caller.of(network.conf("1.1.0", DUAL, "\"prevResult\": " + more))
                        .check("c1")
                        .ok())
                .isTrue();
    }

    @Test
    void fileOfAnOldVersion_passes() {
        network.put("10.1.2.2", "c1");

        assertThat(network.caller(DUAL).check("c1").ok()).isTrue();
    }

    @Test
    void configurationWithoutRanges_isRefused() {
        assertThat(Caller.of(network.conf("0.4.0", "\"ranges\": []"))
                        .check("c1")
                        .msg())
                .contains("no IP ranges specified");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | prevResult",
                "{\"cniVersion\": \"1.1.0\", \"ips\": {}} | prevResult.ips",
                "{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": 5}]} | prevResult.ips[0].address",
                "{\"cniVersion\": \"1.1.0\", \"ips\": [{\"address\": \"x\"}]} | prevResult.ips[0].address",
                "{\"cniVersion\": \"1.1.0\", \"ips\": [{}]} | prevResult.ips[0].address"
            })
    void damagedResult_isRefusedWithItsPath_andNothingChanges(String result, String path) {
        network.caller(DUAL).add("c1");
        Map<String, String> before = network.files();

        Answer answer = Caller.of(network.conf("1.1.0", DUAL, "\"prevResult\": " + result))
                .check("c1");

        assertThat(answer.code()).isEqualTo(6);
        assertThat(answer.msg()).contains(path);
        assertThat(network.files()).isEqualTo(before);
    }
}
