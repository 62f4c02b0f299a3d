// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;

/** Others change the folder, or the index is damaged: answers stay right. */
class HostLocalForeignTest {
    private static final String RANGE = "\"subnet\": \"10.1.2.0/28\"";

    @TempDir
    Path dataDir;

    private Network network;
    private Caller caller;

    @BeforeEach
    void makeNetwork() {
        network = Network.in(dataDir);
        caller = network.caller(RANGE);
    }

    @Test
    void undisturbedFolder_isNotListedAgain() {
        caller.add("c1");
        FaultLibc counted = new FaultLibc(new FfmLibc());

        caller.with(counted).add("c2");
        caller.with(counted).add("c2");
        caller.with(counted).del("c1");
        caller.with(counted).status();
        caller.with(counted).check("c2");
        caller.with(counted).add("c3");

        assertThat(counted.count("getdents64")).isZero();
    }

    @Test
    void undoneAdd_doesNotCostTheIndex() {
        String two =
                "\"ranges\": [[{\"subnet\": \"10.1.2.0/28\"}], [{\"subnet\": \"10.9.9.0/30\"}]]";
        network.caller(two).add("c1");
        FaultLibc faults = new FaultLibc(new FfmLibc()).fail("linkat", 1, Errno.ENOSPC);
        assertThat(network.caller(RANGE).with(faults).add("c2").ok()).isFalse();
        FaultLibc counted = new FaultLibc(new FfmLibc());

        assertThat(network.caller(RANGE).with(counted).add("c2").ok()).isTrue();

        assertThat(counted.count("getdents64")).isZero();
    }

    @Test
    void addedReservation_isSeen() {
        caller.add("c1");
        network.put("10.1.2.3", "reference\r\neth0");

        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.4/28");
        assertThat(caller.del("reference").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2", "10.1.2.4");
    }

    @Test
    void removedReservation_isSeen() {
        for (int i = 0; i < 13; i++) {
            caller.add("c" + i);
        }
        network.delete("10.1.2.9");

        assertThat(caller.add("new").address()).isEqualTo("10.1.2.9/28");
        assertThat(caller.add("late").code()).isEqualTo(100);
        network.delete("10.1.2.5");
        assertThat(caller.status().ok()).isTrue();
    }

    @Test
    void reservationMovedToAnotherOwner_isSeen() {
        caller.add("c1");
        network.delete("10.1.2.2");
        network.put("10.1.2.2", "c9\r\neth0");

        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2");
        assertThat(caller.del("c9").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void contentChangedInPlace_neverReleasesAnothersAddress() throws Exception {
        caller.add("c1");
        caller.add("c2");
        Files.writeString(network.folder().resolve("10.1.2.2"), "c9\r\neth0");

        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.2", "10.1.2.3");
        assertThat(caller.del("c9").ok()).isTrue();
        assertThat(network.leases()).containsOnlyKeys("10.1.2.3");
    }

    @Test
    void staleIndexThatLooksTrue_isNeverBelievedForARefusal() throws Exception {
        for (int i = 0; i < 13; i++) {
            caller.add("c" + i);
        }
        FileTime time = Files.getLastModifiedTime(network.folder());
        network.delete("10.1.2.9");
        Files.setLastModifiedTime(network.folder(), time);

        assertThat(caller.status().ok()).isTrue();
        assertThat(caller.add("c7").address()).isEqualTo("10.1.2.9/28");

        time = Files.getLastModifiedTime(network.folder());
        network.delete("10.1.2.4");
        Files.setLastModifiedTime(network.folder(), time);
        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.4/28");
    }

    @Test
    void staleIndexThatMissesAReservation_neverGivesItsAddressTwice() throws Exception {
        caller.add("c1");
        FileTime time = Files.getLastModifiedTime(network.folder());
        network.put("10.1.2.3", "other\r\neth0");
        network.put("10.1.2.4", "other2\r\neth0");
        Files.setLastModifiedTime(network.folder(), time);

        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.5/28");
        assertThat(network.leases()).containsEntry("10.1.2.3", "other\r\neth0");
    }

    @Test
    void deletedIndex_isMadeAnew() {
        caller.add("c1");
        network.delete(Index.NAME);

        assertThat(caller.add("c1").code()).isEqualTo(108);
        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.3/28");
        assertThat(network.index()).exists();
    }

    @Test
    void damageAnywhereInTheIndex_isNoticed() throws Exception {
        caller.add("c1");
        caller.add("c2");
        byte[] good = Files.readAllBytes(network.index());
        FileTime time = Files.getLastModifiedTime(network.folder());
        for (int at = 0; at < good.length; at += at < 256 ? 1 : 61) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) 0x41;
            damaged(bad, time, "byte " + at);
        }
    }

    @Test
    void zeroedPages_cutFiles_andForeignFiles_areNoticed() throws Exception {
        caller.add("c1");
        caller.add("c2");
        byte[] good = Files.readAllBytes(network.index());
        FileTime time = Files.getLastModifiedTime(network.folder());
        for (int page = 0; page < good.length / Pages.SIZE; page++) {
            byte[] bad = good.clone();
            Arrays.fill(bad, page * Pages.SIZE, (page + 1) * Pages.SIZE, (byte) 0);
            damaged(bad, time, "page " + page + " zeroed");
            damaged(Arrays.copyOf(good, page * Pages.SIZE + 5), time, "cut in page " + page);
        }
        damaged(new byte[0], time, "empty");
        damaged("c1\r\neth0".getBytes(), time, "text");
    }

    private void damaged(byte[] index, FileTime time, String what) throws Exception {
        Files.write(network.index(), index);
        Files.setLastModifiedTime(network.folder(), time);

        assertThat(caller.add("c1").code()).as(what).isEqualTo(108);
        assertThat(caller.add("c3").address())
                .as(what)
                .matches("10\\.1\\.2\\.[4-9]/28|10\\.1\\.2\\.1[0-4]/28");
        assertThat(caller.del("c3").ok()).as(what).isTrue();
        assertThat(network.leases()).as(what).containsOnlyKeys("10.1.2.2", "10.1.2.3");
    }

    @Test
    void indexOfAnotherFolder_isNotBelieved() throws Exception {
        Network other = new Network(dataDir, "other");
        other.caller(RANGE).add("x1");
        caller.add("c1");
        Files.copy(other.index(), network.index(), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(network.folder(), Files.getLastModifiedTime(other.folder()));

        assertThat(caller.add("c1").code()).isEqualTo(108);
        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void wipedFolder_isANewBeginning() throws Exception {
        caller.add("c1");
        for (Path file : Files.list(network.folder()).toList()) {
            Files.delete(file);
        }
        Files.delete(network.folder());

        assertThat(caller.add("c1").address()).isEqualTo("10.1.2.2/28");
    }

    @Test
    void filesThatAreNoAddresses_areLeftAlone() {
        network.put("notes.txt", "c1\r\neth0");
        network.put("10.1.2.03", "c1\r\neth0");
        network.put("2001:DB8::1", "c1\r\neth0");

        caller.add("c1");
        caller.del("c1");

        assertThat(network.files()).containsKeys("notes.txt", "10.1.2.03", "2001:DB8::1");
    }

    @Test
    void danglingLinkInPlaceOfAReservation_keepsItsAddress() throws Exception {
        caller.add("c1");
        Files.createSymbolicLink(network.folder().resolve("10.1.2.3"), Path.of("/nowhere/else"));

        assertThat(caller.add("c2").address()).isEqualTo("10.1.2.4/28");
        for (int i = 5; i <= 14; i++) {
            assertThat(caller.add("c" + i).address()).isEqualTo("10.1.2." + i + "/28");
        }
        assertThat(caller.add("late").code()).isEqualTo(100);
    }

    /** What lies under an address's name and cannot be read. */
    private enum Unreadable {
        LINK_TO_ITSELF {
            @Override
            void make(Path file) throws Exception {
                Files.createSymbolicLink(file, file.getFileName());
            }
        },
        FOLDER {
            @Override
            void make(Path file) throws Exception {
                Files.createDirectory(file);
            }
        },
        PIPE {
            @Override
            void make(Path file) {
                new Witness().run("mkfifo", file.toString());
            }
        };

        abstract void make(Path file) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void unreadableFile_keepsItsAddress_andNothingElse(Unreadable what) throws Exception {
        caller.add("c1");
        caller.add("c2");
        Path file = network.folder().resolve("10.1.2.4");
        what.make(file);

        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(caller.check("c2").ok()).isTrue();
        assertThat(caller.status().ok()).isTrue();
        assertThat(caller.add("c3").address()).isEqualTo("10.1.2.5/28");
        assertThat(caller.del("unknown").ok()).isTrue();
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        Files.delete(file);
        assertThat(network.leases()).containsOnlyKeys("10.1.2.3", "10.1.2.5");
    }

    @Test
    void unreadableFile_doesNotCostTheIndex() throws Exception {
        Files.createDirectories(network.folder());
        Files.createSymbolicLink(network.folder().resolve("10.1.2.3"), Path.of("10.1.2.3"));
        caller.add("c1");
        FaultLibc counted = new FaultLibc(new FfmLibc());

        assertThat(caller.with(counted).add("c2").address()).isEqualTo("10.1.2.4/28");

        assertThat(counted.count("getdents64")).isZero();
    }

    @Test
    void unreadableFile_isNotGivenOnRequest_andTheErrorSaysWhy() throws Exception {
        Files.createDirectories(network.folder());
        Files.createSymbolicLink(network.folder().resolve("10.1.2.3"), Path.of("10.1.2.3"));
        for (String reclaim : new String[] {"", ", \"reclaim\": \"earlier-boot\""}) {
            Caller.Answer answer =
                    network.caller(RANGE + reclaim).args("IP=10.1.2.3").add("c1");

            assertThat(answer.code()).as(reclaim).isEqualTo(100);
            assertThat(answer.details())
                    .as(reclaim)
                    .contains("somebody unknown", network.folder() + "/10.1.2.3", "ELOOP");
        }
    }

    @Test
    void unreadableFileInAnExhaustedRange_leavesTheErrorAsItIs() throws Exception {
        Files.createDirectories(network.folder());
        Files.createSymbolicLink(network.folder().resolve("10.1.2.3"), Path.of("10.1.2.3"));
        for (int i = 0; i < 12; i++) {
            assertThat(caller.add("c" + i).ok()).isTrue();
        }

        assertThat(caller.add("late").code()).isEqualTo(100);
        assertThat(caller.add("late").details()).contains("13 of 13 addresses");
        assertThat(caller.status().code()).isEqualTo(50);
        assertThat(network.caller(RANGE + ", \"reclaim\": \"earlier-boot\"")
                        .add("late")
                        .code())
                .isEqualTo(100);
    }

    @Test
    void lackOfDescriptors_isNotTakenForAnUnreadableFile() {
        caller.add("c1");
        network.delete(Index.NAME);
        // After the lock, the index, its new file and two listings.
        FaultLibc faults = new FaultLibc(new FfmLibc())
                .fail("openat", 6, Errno.EMFILE)
                .fail("openat", 7, Errno.EMFILE);

        assertThat(caller.with(faults).del("c1").code()).isEqualTo(11);

        assertThat(caller.del("c1").ok()).isTrue();
        assertThat(network.leases()).isEmpty();
    }

    @Test
    void unreadableFileFromAnEarlierBoot_isNotReclaimed() throws Exception {
        Files.createDirectories(network.folder().resolve("10.1.2.3"));
        network.age("10.1.2.3");
        Caller reclaiming = network.caller(RANGE + ", \"reclaim\": \"earlier-boot\"");

        assertThat(reclaiming.args("IP=10.1.2.3").add("c1").code()).isEqualTo(100);
        for (int i = 0; i < 12; i++) {
            assertThat(reclaiming.args("").add("c" + i).ok()).isTrue();
        }
        assertThat(reclaiming.add("late").code()).isEqualTo(100);
        assertThat(network.folder().resolve("10.1.2.3")).isDirectory();
    }
}
