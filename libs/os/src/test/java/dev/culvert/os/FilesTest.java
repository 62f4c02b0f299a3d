// SPDX-License-Identifier: Apache-2.0
package dev.culvert.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.FaultLibc;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

class FilesTest {
    @TempDir
    Path folder;

    private final FfmLibc libc = new FfmLibc();
    private final Files files = new Files(libc);

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, 70_000})
    void wholeFile_isRead(int length) throws Exception {
        byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        java.nio.file.Files.write(folder.resolve("f"), data);

        assertThat(files.get(path("f"), 70_000)).isEqualTo(data);
        assertThat(files.find(path("f"), 70_000)).hasValue(data);
    }

    @Test
    void longerFileThanAllowed_isRefused() throws Exception {
        java.nio.file.Files.write(folder.resolve("f"), new byte[5000]);

        ErrnoException refused =
                catchThrowableOfType(ErrnoException.class, () -> files.get(path("f"), 4999));

        assertThat(refused.errno()).isEqualTo(Errno.EFBIG);
        assertThat(refused).hasMessageContaining(path("f")).hasMessageContaining("4999");
        assertThat(files.get(path("f"), 5000)).hasSize(5000);
    }

    @Test
    void missingFile_isEmptyOrEnoent() {
        assertThat(files.find(path("none"), 10)).isEmpty();
        assertThat(files.find(path("none/deeper"), 10)).isEmpty();
        assertThatThrownBy(() -> files.get(path("none"), 10))
                .hasMessage("open " + path("none") + ": ENOENT (No such file or directory)");
    }

    @Test
    void filesOfProc_areReadAlthoughTheySayThatTheyAreEmpty() {
        assertThat(files.get("/proc/self/status", 1 << 20)).isNotEmpty();
    }

    @Test
    void replacedFile_hasTheNewBytesAndMode() throws Exception {
        java.nio.file.Files.writeString(folder.resolve("f"), "a longer text than the new one");

        files.replace(path("f"), bytes("new"), 0640);

        assertThat(folder.resolve("f")).hasContent("new");
        assertThat(PosixFilePermissions.toString(
                        java.nio.file.Files.getPosixFilePermissions(folder.resolve("f"))))
                .isEqualTo("rw-r-----");
        assertThat(folder.toFile().list()).containsExactly("f");
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"ENOSPC", "EIO", "EROFS", "EINTR"})
    void refusedCallOfAReplacement_leavesTheOldFileAndNothingElse(Errno errno) throws Exception {
        FaultLibc counted = new FaultLibc(libc);
        new Files(counted.libc()).replace(path("f"), bytes("old"), 0600);
        for (int at = 1; at <= counted.calls().size(); at++) {
            FaultLibc faults = new FaultLibc(libc).failAt(at, errno);
            String expected = "new";
            try {
                new Files(faults.libc()).replace(path("f"), bytes("new"), 0600);
            } catch (ErrnoException refused) {
                assertThat(refused.errno()).isEqualTo(errno);
                expected = "old";
            }
            assertThat(folder.resolve("f")).as("%s at call %d", errno, at).hasContent(expected);
            assertThat(folder.toFile().list()).as("%s at call %d", errno, at).containsExactly("f");
            java.nio.file.Files.writeString(folder.resolve("f"), "old");
        }
    }

    @Test
    void shortWrites_areContinued() {
        FaultLibc faults = new FaultLibc(new ShortLibc(libc).libc());

        new Files(faults.libc()).replace(path("f"), bytes("a text of some length"), 0600);

        assertThat(folder.resolve("f")).hasContent("a text of some length");
        assertThat(new String(new Files(faults.libc()).get(path("f"), 100), StandardCharsets.UTF_8))
                .isEqualTo("a text of some length");
        assertThat(faults.count("write")).isGreaterThan(5);
    }

    @Test
    void removing_isFineTwice() {
        files.replace(path("f"), bytes("x"), 0600);
        files.replace(path("g"), bytes("x"), 0600);

        assertThat(files.remove(path("g"))).isTrue();
        assertThat(files.remove(path("g"))).isFalse();
        assertThat(files.remove(path("f/deeper"))).isFalse();
        assertThatThrownBy(() -> files.remove(folder.toString()))
                .hasMessageStartingWith("remove " + folder + ": E");
    }

    @Test
    void folders_areMadeWithThoseAbove_andStayWhenTheyAreThere() {
        files.ensureFolder(path("a/b/c"), 0755);
        files.ensureFolder(path("a/b/c"), 0755);

        assertThat(folder.resolve("a/b/c")).isDirectory();
        files.replace(path("a/file"), bytes(""), 0600);
        assertThatThrownBy(() -> files.ensureFolder(path("a/file/d"), 0755))
                .hasMessageContaining("ENOTDIR");
    }

    @Test
    void writability_isAskedWithoutMakingAnything() {
        files.checkWritable(folder.toString());
        files.checkWritable(path("not/there"));
        assertThat(folder.toFile().list()).isEmpty();

        files.replace(path("file"), bytes(""), 0600);
        assertThatThrownBy(() -> files.checkWritable(path("file/x")))
                .hasMessageContaining("ENOTDIR");
        FaultLibc readOnly = new FaultLibc(libc).fail("unlink", 1, Errno.EROFS);
        assertThatThrownBy(() -> new Files(readOnly.libc()).checkWritable(folder.toString()))
                .hasMessageContaining("write to " + folder + ": EROFS");
    }

    @Test
    void stat_tellsKindSizeAndTime() throws Exception {
        files.replace(path("f"), bytes("12345"), 0600);
        try (OpenFile file = OpenFile.open(libc, path("f"), Linux.O_RDONLY, 0)) {
            file.setTimes(1_234_567_890_123_456_789L);
            FileStat stat = file.stat();

            assertThat(stat.modificationNanos()).isEqualTo(1_234_567_890_123_456_789L);
            assertThat(stat.isRegular()).isTrue();
            assertThat(stat.size()).isEqualTo(5);
            assertThat(stat.links()).isEqualTo(1);
            assertThat(files.stat(path("f"))).hasValue(stat);
        }
        assertThat(files.stat(folder.toString()).orElseThrow().isFolder()).isTrue();
        assertThat(files.stat(path("none"))).isEmpty();
    }

    @Test
    void listing_hasEveryNameOnce() throws Exception {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 3000; i++) {
            names.add("a-name-of-some-length-to-fill-the-buffer-" + i);
        }
        names.addAll(Set.of(".hidden", "..strange", "né", "x"));
        for (String name : names) {
            java.nio.file.Files.createFile(folder.resolve(name));
        }

        Set<String> found = new TreeSet<>();
        try (Listing listing = Listing.open(libc, folder.toString())) {
            while (listing.advance()) {
                assertThat(found.add(listing.name())).isTrue();
            }
            assertThat(listing.advance()).isFalse();
        }

        assertThat(found).isEqualTo(names);
    }

    @Test
    void bootId_isTheKernels() throws Exception {
        assertThat(Boot.id(libc))
                .hasSize(Boot.ID_LENGTH)
                .isEqualTo(
                        java.nio.file.Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                                .trim());
        assertThat(Boot.startNanos(libc)).isLessThan(System.currentTimeMillis() * 1_000_000L);
    }

    @Test
    void clockOfATimeNamespace_isSeenThrough() {
        assertThat(Boot.offset("monotonic    -86400   7\nboottime     -172800         5\n"))
                .isEqualTo(-172_800_000_000_000L + 5);
        assertThat(Boot.offset("")).isZero();
    }

    @Test
    void startOfTheMachine_isTheSameInATimeNamespace() {
        Assumptions.assumeTrue(
                new Witness().tryRun("unshare", "--time", "true").code() == 0,
                "no time namespaces here");
        String offsets = new Witness()
                .run(
                        "unshare",
                        "--time",
                        "--boottime",
                        "1000000",
                        "--fork",
                        "cat",
                        "/proc/self/timens_offsets");

        assertThat(Boot.offset(offsets)).isEqualTo(1_000_000_000_000_000L);
    }
}
