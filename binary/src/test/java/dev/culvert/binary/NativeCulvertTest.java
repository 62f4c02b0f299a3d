// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import dev.culvert.plugins.Catalogue;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.NativeBinary;
import dev.culvert.testkit.Witness;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The binaries of {@code ./dev native}, called as people and runtimes do. */
@InNetns
final class NativeCulvertTest {
    private static final String VERSIONS = "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":"
            + "[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n";
    private static final long MAX_BYTES = 1_500_000;

    private final Path folder = NativeBinary.of("culvert.bin");
    private final Path culvert = folder.resolve("culvert");
    private final Witness witness = new Witness();

    private Witness.Outcome version(String... command) {
        return witness.tryWith("", Map.of("CNI_COMMAND", "VERSION"), command);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void everyPlugin_isOneFileUnderItsName() throws IOException {
        assertThat(names(folder))
                .containsAll(Catalogue.all().keySet())
                .contains("culvert")
                .hasSize(Catalogue.all().size() + 1);
        for (String name : names(folder)) {
            assertThat(Files.isSameFile(folder.resolve(name), culvert)).as(name).isTrue();
            assertThat(version(folder.resolve(name).toString()))
                    .isEqualTo(new Witness.Outcome(0, VERSIONS, ""));
        }
    }

    @Test
    void leases_areListedAndFreedOnRequest(@TempDir Path dataDir) throws IOException {
        Path network = Files.createDirectory(dataDir.resolve("net"));
        Files.writeString(network.resolve("lock"), "");
        Files.writeString(network.resolve("10.1.0.2"), "c1\r\neth0");
        Path old = Files.writeString(network.resolve("10.1.0.3"), "c2\r\neth0");
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

        assertThat(witness.run(culvert.toString(), "leases", "--free", dataDir.toString()))
                .contains("net  10.1.0.2  c1 eth0\n")
                .contains("net  10.1.0.3  c2 eth0  of an earlier boot, freed\n")
                .endsWith("2 leases, 1 of an earlier boot\n");
        assertThat(old).doesNotExist();
        assertThat(witness.run(culvert.toString(), "leases", dataDir.toString()))
                .isEqualTo("net  10.1.0.2  c1 eth0\n1 lease, 0 of an earlier boot\n");
        assertThat(witness.tryWith("", Map.of(), culvert.toString(), "leases", dataDir + "/none"))
                .isEqualTo(new Witness.Outcome(
                        1,
                        "",
                        "culvert: open " + dataDir
                                + "/none: ENOENT (No such file or directory)\n"));
    }

    @Test
    void binary_isSmallAndStatic() throws IOException {
        assertThat(Files.size(culvert)).isLessThan(MAX_BYTES);
        assertThat(witness.run("readelf", "-l", culvert.toString()))
                .doesNotContain("INTERP", "DYNAMIC");
    }

    @Test
    void otherMachine_answersTheSame() {
        String program = NativeBinary.of("culvert.aarch64").toString();
        String emulator =
                Witness.has("qemu-aarch64-static") ? "qemu-aarch64-static" : "qemu-aarch64";
        boolean own = System.getProperty("os.arch").equals("aarch64");

        Witness.Outcome outcome = own ? version(program) : version(emulator, program);

        assertThat(outcome).isEqualTo(new Witness.Outcome(0, VERSIONS, ""));
    }

    @Test
    void debugBuild_tellsJavaFileAndLine() throws IOException {
        String program = NativeBinary.of("culvert.debug").toString();

        assertThat(version(program).output()).isEqualTo(VERSIONS);
        assertThat(witness.tryWith(
                                "{", Map.of("CNI_COMMAND", "STATUS", "CULVERT_DEBUG", "1"), program)
                        .error())
                .containsPattern("Skeleton.*\\(Skeleton\\.java:\\d+\\)");
    }

    @Test
    void byHand_tellsWhatItIs() {
        Witness.Outcome outcome = witness.tryRun(folder.resolve("bridge").toString());

        assertThat(outcome.code()).isZero();
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.error())
                .startsWith("CNI bridge plugin for CNI 1.1.0 of culvert ")
                .contains("culvert install DIR");
        assertThat(witness.tryRun(culvert.toString(), "nonsense").code()).isEqualTo(2);
    }

    @Test
    void install_putsItselfInPlaceAndAwayAgain(@TempDir Path root) throws IOException {
        Path bin = Files.createDirectory(root.resolve("bin-é dir"));
        Files.writeString(bin.resolve("bridge"), "reference");

        witness.run(culvert.toString(), "install", bin.toString());
        assertThat(names(bin)).containsAll(Catalogue.all().keySet());
        assertThat(version(bin.resolve("bridge").toString()).output()).isEqualTo(VERSIONS);
        assertThat(Files.isSameFile(bin.resolve("bridge"), bin.resolve("ptp"))).isTrue();

        // Once more by the installed one, which replaces itself while it runs.
        witness.run(bin.resolve("ptp").toString(), "install", bin.toString());
        witness.run(bin.resolve("ptp").toString(), "install", "--undo", bin.toString());
        assertThat(names(bin)).containsExactly("bridge");
        assertThat(bin.resolve("bridge")).hasContent("reference");
    }

    @Test
    void copyWithAPrefix_isThePlugin(@TempDir Path bin) throws IOException {
        Path copy = Files.copy(culvert, bin.resolve("cnv-bridge"), COPY_ATTRIBUTES);
        Map<String, String> environment =
                Map.of("CNI_COMMAND", "DEL", "CNI_CONTAINERID", "c1", "CNI_IFNAME", "eth0");

        Witness.Outcome outcome = witness.tryWith(
                "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"cnv-bridge\"}",
                environment,
                copy.toString());

        assertThat(outcome).isEqualTo(new Witness.Outcome(0, "", ""));
        assertThat(witness.tryRun(copy.toString()).error()).startsWith("CNI bridge plugin ");
    }

    @Test
    void errors_areEscapedForTheTerminal() {
        assertThat(witness.tryRun(culvert.toString(), "leases", "/none/\u001b[2J")
                        .error())
                .isEqualTo("culvert: open /none/\\u001b[2J: ENOENT (No such file or directory)\n");
    }

    @Test
    void installIntoNowhere_isOneSentence() {
        Witness.Outcome outcome = witness.tryRun(culvert.toString(), "install", "/nonexistent");

        assertThat(outcome)
                .isEqualTo(
                        new Witness.Outcome(
                                1,
                                "",
                                "culvert: install into /nonexistent: ENOENT (No such file or directory)\n"));
    }

    @Test
    @InNetns(mounts = true)
    void readOnlyFolder_isNamed(@TempDir Path folder) {
        witness.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder.toString());

        Witness.Outcome outcome = witness.tryRun(culvert.toString(), "install", folder.toString());
        witness.run("umount", folder.toString());

        assertThat(outcome.error()).contains("EROFS (Read-only file system)");
    }
}
