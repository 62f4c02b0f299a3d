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

class HostLocalGcTest {
    private static final String RANGE = "\"subnet\": \"10.1.2.0/24\"";

    @TempDir
    Path dataDir;

    private Network network;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
    }

    private Answer gc(String list) {
        return Caller.of(network.conf("1.1.0", "", "\"cni.dev/valid-attachments\": " + list))
                .gc();
    }

    private static String key(String id, String ifname) {
        return "{\"containerID\": \"" + id + "\", \"ifname\": \"" + ifname + "\"}";
    }

    @Test
    void listOfValidAttachments_keepsExactlyThose() {
        Caller caller = network.caller(RANGE);
        caller.add("c1");
        caller.add("c2");
        caller.call("ADD", "c1", "eth1");
        network.put("10.1.2.50", "reference\r\neth0");
        network.put("10.1.2.51", "reference2\r\neth0");
        Network other = new Network(dataDir, "other");
        other.caller(RANGE).add("c2");

        Answer answer = gc("[" + key("c1", "eth1") + "," + key("reference", "eth0") + "]");

        assertThat(answer).isEqualTo(new Answer(0, ""));
        assertThat(network.leases()).containsOnlyKeys("10.1.2.4", "10.1.2.50");
        assertThat(other.leases()).containsOnlyKeys("10.1.2.2");
        assertThat(caller.call("DEL", "c1", "eth1").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.50");
    }

    @Test
    void emptyList_frees_everythingOfThisNetwork_andKeepsTheHints() {
        network.caller(RANGE).add("c1");

        gc("[]");

        assertThat(network.files()).containsOnlyKeys("last_reserved_ip.0", "lock");
    }

    @Test
    void missingList_isAnEmptyOne() {
        network.caller(RANGE).add("c1");
        assertThat(gc("null").ok()).isTrue();
        assertThat(network.leases()).isEmpty();

        network.caller(RANGE).add("c1");
        assertThat(network.caller(RANGE).gc().ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void filesOfAnOldVersion_stayWithAnyAttachmentOfTheirContainer() {
        network.put("10.1.2.2", "c1");
        network.put("10.1.2.3", "c2");

        gc("[" + key("c1", "eth7") + "]");

        assertThat(network.leases()).containsOnlyKeys("10.1.2.2");
    }

    @Test
    void tornReservations_andWhatKilledCallsLeft_areRemoved() {
        network.put("10.1.2.2", "");
        network.put(NetworkFolder.STAGED, "c9\r\neth0");
        network.put(Index.FRESH, "half");

        gc("[" + key("c1", "eth0") + "]");

        assertThat(network.leases()).isEmpty();
        assertThat(network.debris()).isEmpty();
    }

    @Test
    void missingFolder_isSuccess_andNothingIsMade() {
        assertThat(gc("[]").ok()).isTrue();
        assertThat(network.folder()).doesNotExist();
    }

    @Test
    void oneRefusal_doesNotStopTheRest_andIsReported() {
        Caller caller = network.caller(RANGE);
        for (int i = 0; i < 5; i++) {
            caller.add("c" + i);
        }
        String conf = network.conf("1.1.0", "", "\"cni.dev/valid-attachments\": []");
        FaultLibc faults = new FaultLibc(new FfmLibc()).fail("unlinkat", 4, Errno.EIO);

        Answer answer = Caller.of(conf).with(faults).gc();

        assertThat(answer.code()).isEqualTo(5);
        assertThat(network.leases()).hasSize(1);
        assertThat(caller.add("c9").ok()).isTrue();
        assertThat(Caller.of(conf).gc().ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void laterCalls_seeWhatIsLeft() {
        Caller caller = network.caller("\"subnet\": \"10.1.2.0/29\"");
        for (int i = 0; i < 5; i++) {
            caller.add("c" + i);
        }

        gc("[" + key("c3", "eth0") + "]");

        for (int i = 10; i < 14; i++) {
            assertThat(caller.add("c" + i).ok()).isTrue();
        }
        assertThat(caller.add("late").code()).isEqualTo(100);
        assertThat(caller.add("c3").code()).isEqualTo(108);
    }

    @Test
    void unreadableFile_doesNotStopTheRest_andIsReported() throws Exception {
        Caller caller = network.caller(RANGE);
        for (int i = 0; i < 3; i++) {
            caller.add("c" + i);
        }
        Path link = network.folder().resolve("10.1.2.77");
        Files.createSymbolicLink(link, link.getFileName());

        Answer answer = gc("[" + key("c1", "eth0") + "]");

        assertThat(answer.code()).isEqualTo(5);
        assertThat(answer.msg())
                .isEqualTo("read " + link + ": ELOOP (Too many levels of symbolic links)");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        Files.delete(link);
        assertThat(network.leases()).containsOnlyKeys("10.1.2.3");
        assertThat(gc("[]").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void unreadableFile_isFreedOnceItCanBeRead() {
        Caller caller = network.caller(RANGE);
        caller.add("c1");
        caller.add("c2");
        String conf = network.conf("1.1.0", "", "\"cni.dev/valid-attachments\": []");

        Answer hindered = Caller.of(conf)
                .with(new FaultLibc(new FfmLibc()).failAll("pread", Errno.EIO))
                .gc();

        assertThat(hindered.code()).isEqualTo(5);
        assertThat(hindered.msg()).contains("the first of 2 refusals: EIO");
        assertThat(network.leases()).hasSize(2);
        assertThat(Caller.of(conf).gc().ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void everyRefusal_isNamedOrCounted() {
        Caller caller = network.caller(RANGE);
        for (int i = 0; i < 20; i++) {
            caller.add("c" + i);
        }
        String conf = network.conf(
                "1.1.0", "", "\"cni.dev/valid-attachments\": [" + key("c7", "eth0") + "]");

        Answer answer = Caller.of(conf)
                .with(new FaultLibc(new FfmLibc()).failAll("unlinkat", Errno.EPERM))
                .gc();

        assertThat(answer.code()).isEqualTo(104);
        assertThat(answer.msg())
                .startsWith("remove " + network.folder() + "/10.1.2.")
                .endsWith(", the first of 19 refusals: EPERM (Operation not permitted)");
        assertThat(answer.details().split("remove " + network.folder()))
                .as("others")
                .hasSizeBetween(16, 20);
        assertThat(answer.msg() + answer.details()).doesNotContain("10.1.2.9:");
    }

    @Test
    void filesThatAreNoAddresses_stay() {
        network.caller(RANGE).add("c1");
        String[] names = {
            "notes.txt", "10.1.2.03", "10.1.2.4.bak", "2001:DB8::1", "10.1.2", "last_reserved_ip.7"
        };
        for (String name : names) {
            network.put(name, "c1\r\neth0");
        }

        assertThat(gc("[]").ok()).isTrue();

        assertThat(network.files()).containsKeys(names).doesNotContainKey("10.1.2.2");
    }
}
