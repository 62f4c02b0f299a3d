// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.plugins.Catalogue;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.ScriptedLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

final class CulvertTest {
    private ScriptedLibc outside = new ScriptedLibc(new FfmLibc(), Map.of(), "");

    private int command(String... arguments) {
        return new Culvert(outside.libc(), "/opt/cni/bin/bridge").command(List.of(arguments));
    }

    private int call(String program, String verb, String config) {
        outside = new ScriptedLibc(
                new FfmLibc(),
                Map.of(
                        "CNI_COMMAND",
                        verb,
                        "CNI_CONTAINERID",
                        "c",
                        "CNI_IFNAME",
                        "e",
                        "CNI_NETNS",
                        "/nonexistent",
                        "CNI_PATH",
                        "/nonexistent"),
                config);
        return new Culvert(outside.libc(), program).run();
    }

    @Test
    void noArguments_tellWhatItIsAsOtherPluginsDo() {
        assertThat(command()).isZero();
        assertThat(outside.output()).isEmpty();
        assertThat(outside.error())
                .startsWith("CNI bridge plugin for CNI 1.1.0 of culvert 0.1.0\n")
                .contains(
                        "One program for all of: "
                                + String.join(", ", Catalogue.all().keySet()),
                        "CNI protocol versions supported: 0.1.0, ",
                        ", 1.1.0\n",
                        "culvert install --undo DIR");
    }

    /** As Nomad reads it, which places jobs only where that is 0.4.0 or later. */
    @Test
    void firstWordThatReadsAsAVersion_isThatOfCni() {
        command();

        assertThat(List.of(outside.error().split("\\s+")).stream()
                        .filter(word -> word.matches("v?\\d+(\\.\\d+)*(-\\S+)?"))
                        .findFirst())
                .hasValue("1.1.0");
    }

    @Test
    void version_isTheProjectsOwn() throws Exception {
        assertThat(command("--version")).isZero();
        assertThat(outside.output()).isEqualTo("culvert 0.1.0\n");
        assertThat(Files.readString(Path.of("../pom.xml"))).contains("<version>" + Culvert.VERSION);
    }

    @Test
    void help_isAnAnswer() {
        assertThat(command("--help")).isZero();
        assertThat(outside.output()).contains("culvert install DIR");
    }

    @Test
    void unknownArgument_isMisuse() {
        assertThat(command("instal")).isEqualTo(2);
        assertThat(outside.error()).startsWith("culvert: unknown argument instal\n");
    }

    @Test
    void installWithoutOneFolder_isMisuse() {
        assertThat(command("install")).isEqualTo(2);
        assertThat(command("install", "a", "b")).isEqualTo(2);
        assertThat(command("install", "--undoo", "a")).isEqualTo(2);
        assertThat(command("install", "")).isEqualTo(2);
        assertThat(outside.error()).contains("culvert: install wants one folder\n");
        for (String prefix : List.of("", "-", "cnv", "../cnv-", "a-b-", "--undo")) {
            assertThat(command("install", "--prefix", prefix, "/nonexistent"))
                    .as(prefix)
                    .isEqualTo(2);
        }
        assertThat(command("install", "--undo", "--prefix", "cnv-", "/nonexistent"))
                .isEqualTo(2);
        assertThat(outside.error()).contains("culvert: --prefix wants letters and digits");
    }

    private static void lease(Path folder, String address, String content, boolean old)
            throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("lock"), "");
        Path file = Files.writeString(folder.resolve(address), content);
        if (old) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        }
    }

    @Test
    void leases_areListedAndThoseOfAnEarlierBootFreedOnRequest(@TempDir Path folder)
            throws Exception {
        lease(folder.resolve("net"), "10.1.0.2", "c1\r\neth0", false);
        lease(folder.resolve("net"), "10.1.0.3", "c2\r\neth0", true);
        lease(folder.resolve("blue"), "fd00::2", "c3\r\neth0", true);
        Files.writeString(folder.resolve("net/last_reserved_ip.0"), "10.1.0.3");
        Files.writeString(folder.resolve("README"), "no network");
        Path other = Files.createDirectory(folder.resolve("other"));

        assertThat(command("leases", folder.toString())).isZero();
        assertThat(outside.output())
                .startsWith("blue  fd00::2  c3 eth0  of an earlier boot\n")
                .contains(
                        "net  10.1.0.2  c1 eth0\n", "net  10.1.0.3  c2 eth0  of an earlier boot\n")
                .endsWith("3 leases, 2 of an earlier boot: --free gives them back\n");
        assertThat(folder.resolve("net/10.1.0.3")).exists();

        outside = new ScriptedLibc(new FfmLibc(), Map.of(), "");
        assertThat(command("leases", "--free", "-o", "json", folder.toString())).isZero();
        JsonArray told = (JsonArray) Json.parse(outside.output());
        assertThat(told.items()).hasSize(3);
        assertThat(told.items().get(0))
                .isEqualTo(Json.parse("{\"network\":\"blue\",\"address\":\"fd00::2\","
                        + "\"holder\":\"c3 eth0\",\"earlierBoot\":true,\"freed\":true}"));
        assertThat(folder.resolve("net/10.1.0.3")).doesNotExist();
        assertThat(folder.resolve("blue/fd00::2")).doesNotExist();
        assertThat(folder.resolve("net/10.1.0.2")).exists();
        assertThat(folder.resolve("README")).exists();
        assertThat(other).isEmptyDirectory();
    }

    @Test
    void looking_changesNothing_andFreeingNothingElse(@TempDir Path folder) throws Exception {
        Path net = folder.resolve("net");
        lease(net, "10.1.0.2", "c1\r\neth0", true);
        lease(net, "10.1.0.3", "", true);
        lease(net, "10.1.0.4", "no lease, but a text\nof two lines", true);
        lease(net, "10.1.0.5", "c5\r\neth0\r\nmore", true);
        lease(net, "10.1.0.6", "c6", true);
        Object time = Files.getLastModifiedTime(net);

        assertThat(command("leases", folder.toString())).isZero();
        assertThat(outside.output())
                .endsWith("4 leases, 2 of an earlier boot: --free gives them back\n");
        assertThat(Files.getLastModifiedTime(net)).isEqualTo(time);
        assertThat(net.toFile().list()).hasSize(6);

        assertThat(command("leases", "--free", folder.toString())).isZero();
        assertThat(net.toFile().list())
                .containsExactlyInAnyOrder("lock", "10.1.0.3", "10.1.0.4", "10.1.0.5");
    }

    @Test
    void namesOfOthers_areEscapedForTheTerminal(@TempDir Path folder) throws Exception {
        lease(
                folder.resolve("a\u001b[2J\nb"),
                "10.1.0.2",
                "c\u001b]0;x\u0007\n\u202ed\u009b\\",
                false);

        assertThat(command("leases", folder.toString())).isZero();
        assertThat(outside.output())
                .isEqualTo("a\\u001b[2J\\u000ab  10.1.0.2  "
                        + "c\\u001b]0;x\\u0007\\u000a\\u202ed\\u009b\\u005c\n"
                        + "1 lease, 0 of an earlier boot\n");
    }

    @Test
    void leasesBehindALink_areNotTouched(@TempDir Path folder, @TempDir Path elsewhere)
            throws Exception {
        lease(elsewhere, "10.1.0.2", "c1\r\neth0", true);
        Files.createSymbolicLink(folder.resolve("net"), elsewhere);

        assertThat(command("leases", "--free", folder.toString())).isZero();
        assertThat(elsewhere.resolve("10.1.0.2")).exists();
    }

    @Test
    void leasesWithOtherArguments_areMisuse(@TempDir Path folder) {
        assertThat(command("leases", folder.toString(), "other")).isEqualTo(2);
        assertThat(command("leases", "--fre")).isEqualTo(2);
        assertThat(command("leases", "-o", "yaml")).isEqualTo(2);
        assertThat(command("leases", folder.toString(), "-o")).isEqualTo(2);
    }

    @Test
    void install_putsEveryNameInPlace(@TempDir Path folder) {
        assertThat(command("install", folder.toString())).isZero();
        assertThat(folder.toFile().list())
                .contains(Catalogue.all().keySet().toArray(new String[0]))
                .contains("culvert", ".culvert-replaced");
        assertThat(outside.output()).startsWith("installed ");

        assertThat(command("install", "--undo", folder.toString())).isZero();
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void installWithPrefix_leavesThePlainNamesAlone(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("bridge"), "reference");

        assertThat(command("install", "--prefix", "cnv-", folder.toString())).isZero();

        assertThat(folder.toFile().list())
                .contains("cnv-bridge", "cnv-ptp", "cnv-host-local", "culvert", "bridge")
                .doesNotContain("ptp");
        assertThat(folder.resolve("bridge")).hasContent("reference");
        assertThat(command("install", "--undo", folder.toString())).isZero();
        assertThat(folder.toFile().list()).containsExactly("bridge");
    }

    @Test
    void ownName_choosesThePlugin() {
        assertThat(call("/opt/cni/bin/ptp", "VERSION", "")).isZero();
        assertThat(outside.output()).contains("supportedVersions");
    }

    /** The type is nobody's, so that only the name can say which plugin it is. */
    @ParameterizedTest
    @CsvSource({
        "cnv-bridge, true",
        "a-b-bridge, true",
        "-bridge, true",
        "cnv-host-local, true",
        "cnvbridge, false",
        "bridge-cnv, false",
        "cnv-culvert, false"
    })
    void nameWithAPrefix_choosesThePlugin(String name, boolean found) {
        String conf = "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"nosuch\"}";

        int exit = call("/opt/cni/bin/" + name, "DEL", conf);

        assertThat(exit).as(outside.output()).isEqualTo(found ? 0 : 1);
        assertThat(outside.output().contains("no plugin \\\"nosuch\\\"")).isEqualTo(!found);
    }

    @Test
    void typeWithAPrefix_choosesThePlugin() {
        assertThat(call(
                        "culvert",
                        "STATUS",
                        "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"cnv-bridge\"}"))
                .as(outside.output())
                .isZero();
    }

    @Test
    void otherName_takesThePluginFromTheConfiguration() {
        assertThat(call(
                        "culvert",
                        "STATUS",
                        "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"nosuch\"}"))
                .isOne();
        assertThat(outside.output()).contains("no plugin \\\"nosuch\\\" in this program");
        assertThat(call(
                        "culvert",
                        "STATUS",
                        "{\"cniVersion\":\"1.1.0\",\"name\":\"n\",\"type\":\"bridge\"}"))
                .as(outside.output())
                .isZero();
    }
}
