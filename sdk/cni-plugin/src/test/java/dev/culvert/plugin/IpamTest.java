// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.spec.CniErrorCode;
import dev.culvert.spec.CniException;
import dev.culvert.spec.CniResult;
import dev.culvert.spec.CniVersion;
import dev.culvert.sys.Errno;
import dev.culvert.testkit.TestNetns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A main plugin that only asks its IPAM plugin; foreign ones are shell scripts. */
class IpamTest {
    private static final String OK =
            "cat > %s/in; env > %s/env; echo \"$CNI_COMMAND\" >> %s/verbs\n";
    private static TestNetns netns;

    private final RecordingPlugin ours = new RecordingPlugin();
    private final RecordingPlugin main = new RecordingPlugin();
    private final Ipam ipam = new Ipam(Map.of("ours", ours));

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeNetns() {
        netns = TestNetns.create("ipam");
    }

    @AfterAll
    static void removeNetns() {
        netns.close();
    }

    private Script call(String command, String type) {
        main.body = request -> {
            switch (request.verb()) {
                case ADD -> request.encode(ipam.add(request));
                case DEL -> ipam.del(request);
                case CHECK -> ipam.check(request);
                case GC -> ipam.gc(request);
                case STATUS -> ipam.status(request);
                case VERSION -> { }
            }
        };
        return Script.of(command).set("CNI_NETNS", netns.path())
                .set("CNI_PATH", "/nowhere:" + folder).stdin(
                "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"ipam\":{\"type\":\"" + type
                        + "\"},\"cni.dev/valid-attachments\":[]}");
    }

    private void foreign(String type, String body) throws Exception {
        Path file = folder.resolve(type);
        Files.writeString(file,
                "#!/bin/sh\n" + (OK + body).replace("%s", folder.toString()) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @CsvSource({"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void ourPlugin_runsHereWhenThereIsNoFile(String command) {
        Script script = call(command, "ours").run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(ours.verbs()).containsExactly(Verb.valueOf(command));
        assertThat(script.count("spawn")).isZero();
    }

    @Test
    void ourPlugin_runsHereWhenTheFileIsThisBinary() throws Exception {
        Files.createSymbolicLink(folder.resolve("ours"), Path.of("/proc/self/exe").toRealPath());

        Script script = call("ADD", "ours").run(main);

        assertThat(script.output()).contains("10.1.2.3/24");
        assertThat(ours.verbs()).containsExactly(Verb.ADD);
        assertThat(script.count("spawn")).isZero();
    }

    @Test
    void foreignFileOfOurName_isExecuted() throws Exception {
        foreign("ours", "echo '{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}'");

        Script script = call("ADD", "ours").run(main);

        assertThat(script.output()).contains("10.9.9.9/24");
        assertThat(ours.verbs()).isEmpty();
    }

    @Test
    void ourPluginThatEncodesItsResult_doesNotPrintIt() {
        ours.body = request -> request.encode(CniResult.EMPTY);

        assertThat(call("ADD", "ours").run(main).output()).contains("10.1.2.3/24");
    }

    @Test
    void ourPluginThatDoesNotSpeakTheVersion_isRefused() {
        ours.versions = EnumSet.of(CniVersion.V0_4_0);

        assertThat(call("DEL", "ours").run(main).code()).isEqualTo(1);
        assertThat(ours.verbs()).isEmpty();
    }

    @Test
    void ourPluginWithoutResult_isABug() {
        ours.result = Optional.empty();

        assertThat(call("ADD", "ours").run(main).code()).isEqualTo(999);
    }

    @Test
    void foreignPlugin_getsOurInputAndEnvironment() throws Exception {
        foreign("dhcp", "echo '{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}'; echo note >&2");

        Script script = call("ADD", "dhcp").set("CNI_ARGS", "IP=1").set("OTHER", "a=b").run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(script.error()).isEqualTo("note\n");
        assertThat(folder.resolve("in")).hasContent(main.requests.getFirst().stdin());
        assertThat(Files.readAllLines(folder.resolve("env")))
                .contains("CNI_COMMAND=ADD", "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0",
                "CNI_ARGS=IP=1",
                        "CNI_NETNS=" + netns.path(), "OTHER=a=b");
    }

    @ParameterizedTest
    @CsvSource({"DEL", "CHECK", "GC", "STATUS"})
    void otherVerbs_areForwarded(String command) throws Exception {
        foreign("dhcp", "echo ignored output");

        assertThat(call(command, "dhcp").run(main).exitCode()).isZero();
        assertThat(folder.resolve("verbs")).hasContent(command);
    }

    @Test
    void failedAdd_isReleasedAndItsErrorPassedOn() throws Exception {
        foreign("dhcp", "[ $CNI_COMMAND = DEL ] && exit 0\n"
                + "echo '{\"code\":417,\"msg\":\"no lease\",\"details\":\"x\"}'; echo noise >&2; exit 1");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(417);
        assertThat(script.msg()).isEqualTo("no lease");
        assertThat(script.details()).isEqualTo("x");
        assertThat(script.error()).isEmpty();
        assertThat(folder.resolve("verbs")).hasContent("ADD\nDEL");
    }

    @Test
    void failedRelease_isInDetails() throws Exception {
        foreign("dhcp", "echo \"{\\\"code\\\":5,\\\"msg\\\":\\\"$CNI_COMMAND fails\\\"}\"; exit 2");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.msg()).isEqualTo("ADD fails");
        assertThat(script.details()).isEqualTo("DEL fails");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "exit 3                        | netplugin failed with no error message: exit status 3",
        "kill -9 $$                    | netplugin failed with no error message: signal: 9",
        "echo broken >&2; exit 1       | netplugin failed: \"broken\": exit status 1",
        "echo text; exit 1             | netplugin failed but error parsing its diagnostic message \"text",
        "echo '{}'; exit 1             | netplugin failed but its error object has neither code nor msg",
        "exit 0                        | failed to unmarshal raw result",
        "echo '[]'                     | failed to unmarshal raw result",
        "echo '{\"ips\":5}'            | read result: ips: a list is wanted",
        "echo '{\"cniVersion\":\"9\"}' | unsupported CNI result version \"9\"",
    })
    void foreignPluginWithoutErrorObject_isDescribed(String body, String msg) throws Exception {
        foreign("dhcp", body);

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(script.msg()).startsWith("plugin dhcp: " + msg);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
        "{\"cniVersion\":\"\",\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
        "{\"cniVersion\":5,\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
        "{\"cniVersion\":\"0.4.0\",\"ips\":[{\"version\":\"4\",\"address\":\"10.9.9.9/24\"}],\"dns\":{}}",
        "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.9.9.9/24\"}}"})
    void foreignResult_isReadInItsOwnVersion(String result) throws Exception {
        foreign("dhcp", "echo '" + result + "'");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.printed().list("ips").getFirst().object().object().compact())
                .isEqualTo("{\"address\":\"10.9.9.9/24\"}");
    }

    @Test
    void nullResult_isAnEmptyOne() throws Exception {
        foreign("dhcp", "echo null");

        assertThat(call("ADD", "dhcp").run(main).output())
                .isEqualTo("{\n    \"cniVersion\": \"1.1.0\"\n}");
    }

    @Test
    void missingPlugin_isNamedWithItsPath() {
        Script script = call("DEL", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(script.msg())
                .isEqualTo("failed to find plugin \"dhcp\" in path [/nowhere " + folder + "]");
        assertThat(call("DEL", "dhcp").unset("CNI_PATH").run(main).details())
                .isEqualTo("CNI_PATH is empty");
    }

    @Test
    void fileThatCannotBeLookedAt_isNotReplacedByOurs() throws Exception {
        foreign("ours", "");

        Script script = call("DEL", "ours").unset("CNI_NETNS").set("CNI_PATH", folder.toString())
                .faults(fault -> fault.fail("statx", 1, Errno.ENOMEM)).run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.TRY_AGAIN_LATER.number());
        assertThat(ours.verbs()).isEmpty();
    }

    @Test
    void folderOfThatName_isNoPlugin() throws Exception {
        Files.createDirectory(folder.resolve("dhcp"));

        assertThat(call("DEL", "dhcp").run(main).msg()).startsWith("failed to find plugin");
    }

    @Test
    void fileThatCannotBeExecuted_isAFailure() throws Exception {
        Files.writeString(folder.resolve("dhcp"), "no");

        Script script = call("DEL", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(script.msg()).startsWith("start " + folder + "/dhcp: EACCES");
    }

    @Test
    void missingType_isInvalid() {
        assertThat(call("DEL", "").run(main).msg()).isEqualTo("ipam.type: missing");
    }

    @Test
    void busyFile_isTriedAgain() throws Exception {
        foreign("dhcp", "");

        Script script = call("DEL", "dhcp")
                .faults(fault -> fault.fail("spawn", 1, Errno.ETXTBSY)).run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(script.count("spawn")).isEqualTo(2);
    }

    @Test
    void fileThatStaysBusy_isAnErrorInTheEnd() throws Exception {
        foreign("dhcp", "");

        Script script = call("DEL", "dhcp").faults(fault -> fault.failAll("spawn", Errno.ETXTBSY)
                .failAll("poll", Errno.EINTR)).run(main);

        assertThat(script.count("spawn")).isEqualTo(6);
        assertThat(script.msg()).contains("ETXTBSY");
    }

    @Test
    void muchInputAndOutput_deadlockNobody() throws Exception {
        String noise = "dd if=/dev/zero bs=1000 count=500 2>/dev/null | tr '\\0' x";
        foreign("dhcp", noise + " >&2; " + noise + "; cat >/dev/null");
        Script script = call("DEL", "dhcp");
        String padding = "y".repeat(1_000_000);
        script.stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"p\":\"" + padding
                + "\",\"ipam\":{\"type\":\"dhcp\"}}");

        assertThat(script.run(main).exitCode()).isZero();
        assertThat(script.error()).hasSize(500_001);
        assertThat(Files.size(folder.resolve("in"))).isGreaterThan(1_000_000);
    }

    @Test
    void pluginThatReadsNothing_doesNotBlockOrKillUs() throws Exception {
        Path file = folder.resolve("dhcp");
        Files.writeString(file, "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Script script =
                call("DEL", "dhcp").stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"p\":\""
                + "y".repeat(1_000_000) + "\",\"ipam\":{\"type\":\"dhcp\"}}");

        assertThat(script.run(main).exitCode()).isZero();
    }

    @Test
    void everyRefusedCall_isAnErrorAndLeavesNoChildAndNoDescriptor() throws Exception {
        foreign("dhcp", "echo '{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}'");
        assertThat(call("ADD", "dhcp").run(main).exitCode()).isZero();
        long before = descriptors();

        for (String name : new String[] {"pipe2", "spawn", "poll", "waitpid"}) {
            for (int nth = 1; nth <= 3; nth++) {
                int place = nth;
                Script script = call("ADD", "dhcp")
                        .faults(fault -> fault.fail(name, place, Errno.ENOMEM)).run(main);
                if (script.exitCode() != 0) {
                    assertThat(script.code()).as(name + nth).isEqualTo(106);
                }
            }
        }

        assertThat(descriptors()).isEqualTo(before);
    }

    private static long descriptors() throws Exception {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void foreignError_isPassedWithItsOwnCode() throws Exception {
        foreign("dhcp", "echo '{\"code\":50,\"msg\":\"pool empty\"}'; exit 1");

        Script script = call("STATUS", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(50);
        assertThat(script.msg()).isEqualTo("pool empty");
        assertThat(new CniException(CniErrorCode.NOT_AVAILABLE, "").code())
                .isEqualTo(script.code());
    }
}
