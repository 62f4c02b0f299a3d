// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.nat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.plugins.Catalogue;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.ScriptedLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
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
                .startsWith("CNI bridge plugin culvert 0.1.0\n")
                .contains(
                        "One program for all of: "
                                + String.join(", ", Catalogue.all().keySet()),
                        "CNI protocol versions supported: 0.1.0, ",
                        ", 1.1.0\n",
                        "culvert install --undo DIR");
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
    void ownName_choosesThePlugin() {
        assertThat(call("/opt/cni/bin/ptp", "VERSION", "")).isZero();
        assertThat(outside.output()).contains("supportedVersions");
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
