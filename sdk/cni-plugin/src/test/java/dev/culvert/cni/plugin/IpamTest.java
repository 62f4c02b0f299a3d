// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.sys.Errno;
import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A main plugin that only asks its IPAM plugin; foreign ones are shell scripts. */
class IpamTest {
    /** Notes the input, the environment as it came (the shell adds to its own) and the verb. */
    private static final String OK = "cat > %s/$CNI_COMMAND.in\n"
            + "tr '\\0' '\\n' < /proc/$$/environ > %s/$CNI_COMMAND.env\n"
            + "echo \"$CNI_COMMAND\" >> %s/verbs\n";

    private static final String ADDRESS = "echo '{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}'";
    private static final Libc REAL = new FfmLibc();
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
                case ADD -> main.result = Optional.of(ipam.add(request));
                case DEL -> ipam.del(request);
                case CHECK -> ipam.check(request);
                case GC -> ipam.gc(request);
                case STATUS -> ipam.status(request);
                case VERSION -> {}
            }
        };
        return Script.of(command)
                .set("CNI_NETNS", netns.path())
                .set("CNI_PATH", "/nowhere:" + folder)
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"ipam\":{\"type\":\"" + type
                        + "\"},\"cni.dev/valid-attachments\":[]}");
    }

    private void foreign(String type, String body) throws Exception {
        Path file = folder.resolve(type);
        Files.writeString(
                file, "#!/bin/sh\n" + (OK + body).replace("%s", folder.toString()) + "\n");
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
        Files.createSymbolicLink(
                folder.resolve("ours"), Path.of("/proc/self/exe").toRealPath());

        Script script = call("ADD", "ours").run(main);

        assertThat(script.output()).contains("10.1.2.3/24");
        assertThat(ours.verbs()).containsExactly(Verb.ADD);
        assertThat(script.count("spawn")).isZero();
    }

    @Test
    void ourPluginUnderAPrefix_runsHereWhereTheFileIsThisBinary() throws Exception {
        assertThat(call("ADD", "cnv-ours").run(main).msg()).startsWith("failed to find plugin");
        Files.createSymbolicLink(
                folder.resolve("cnv-ours"), Path.of("/proc/self/exe").toRealPath());
        foreign("my-ours", ADDRESS);

        Script script = call("ADD", "cnv-ours").run(main);

        assertThat(script.output()).contains("10.1.2.3/24");
        assertThat(ours.verbs()).containsExactly(Verb.ADD);
        assertThat(script.count("spawn")).isZero();
        assertThat(call("ADD", "my-ours").run(main).output()).contains("10.9.9.9/24");
    }

    @ParameterizedTest
    @CsvSource({"ADD, 7", "CHECK, 7", "STATUS, 7", "DEL, 0", "GC, 0"})
    void pluginThatIsStartedAsIpam_refusesUnlessItIsOne(String command, int code) throws Exception {
        foreign("dhcp", ADDRESS);

        Script script = call(command, "dhcp").set("CULVERT_IPAM", "1").run(main);

        assertThat(script.exitCode()).isEqualTo(code == 0 ? 0 : 1);
        if (code > 0) {
            assertThat(script.code()).isEqualTo(code);
            assertThat(script.msg()).isEqualTo("ipam.type: \"dhcp\" is no IPAM plugin");
        }
        assertThat(script.count("spawn")).isZero();
    }

    @Test
    void foreignFileOfOurName_isExecuted() throws Exception {
        foreign("ours", ADDRESS);

        Script script = call("ADD", "ours").run(main);

        assertThat(script.output()).contains("10.9.9.9/24");
        assertThat(ours.verbs()).isEmpty();
    }

    @Test
    void ourPluginThatDoesNotSpeakTheVersion_isRefused() {
        ours.versions = EnumSet.of(CniVersion.V0_4_0);

        assertThat(call("DEL", "ours").run(main).code()).isEqualTo(1);
        assertThat(ours.verbs()).isEmpty();
    }

    @Test
    void foreignPlugin_getsOurInputAndEnvironment() throws Exception {
        foreign("dhcp", ADDRESS + "; echo note >&2");

        Script script = call("ADD", "dhcp")
                .set("CNI_ARGS", "IP=1")
                .set("OTHER", "a=b")
                .set("EMPTY", "")
                .run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(script.error()).isEqualTo("note\n");
        assertThat(folder.resolve("verbs")).hasContent("ADD");
        requireGiven(Verb.ADD, script);
    }

    /** Our input byte for byte, and our environment with nothing changed but the verb. */
    private void requireGiven(Verb verb, Script script) throws Exception {
        List<String> environment = script.environment().stream()
                .map(entry -> entry.startsWith("CNI_COMMAND=") ? "CNI_COMMAND=" + verb : entry)
                .collect(Collectors.toCollection(ArrayList::new));
        environment.add("CULVERT_IPAM=1");
        assertThat(environment)
                .contains(
                        "CNI_COMMAND=" + verb,
                        "CNI_CONTAINERID=c1",
                        "CNI_IFNAME=eth0",
                        "CNI_NETNS=" + netns.path(),
                        "CNI_PATH=/nowhere:" + folder);

        assertThat(Files.readString(folder.resolve(verb + ".in")))
                .isEqualTo(main.requests.getFirst().stdin());
        assertThat(Files.readAllLines(folder.resolve(verb + ".env")))
                .containsExactlyInAnyOrderElementsOf(environment);
    }

    @Test
    void bytesThatAreNoUtf8_arePassedOnAsTheyAre() throws Exception {
        foreign("dhcp", ADDRESS);

        Script script = call("ADD", "dhcp")
                .appendBytes("A\u00ff=\u00fe1")
                .appendBytes("A\u00fe=\u00c3")
                .run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(Files.readAllLines(folder.resolve("ADD.env"), StandardCharsets.ISO_8859_1))
                .contains("A\u00ff=\u00fe1", "A\u00fe=\u00c3");
    }

    @Test
    void repeatedVariable_isPassedOnOnceWithTheValueThatWeTook() throws Exception {
        foreign("dhcp", ADDRESS);

        Script script = call("ADD", "dhcp")
                .set("OTHER", "a")
                .append("OTHER=b")
                .append("CNI_IFNAME=eth1")
                .append("CNI_COMMAND=DEL")
                .append("word")
                .append("OTHER=c")
                .append("CNI_PATH=/other")
                .run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(Files.readAllLines(folder.resolve("ADD.env")))
                .containsExactlyInAnyOrder(
                        "CNI_COMMAND=ADD",
                        "CULVERT_IPAM=1",
                        "CNI_CONTAINERID=c1",
                        "CNI_IFNAME=eth0",
                        "CNI_PATH=/nowhere:" + folder,
                        "CNI_NETNS=" + netns.path(),
                        "OTHER=a",
                        "word");
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
        foreign(
                "dhcp",
                "[ $CNI_COMMAND = DEL ] && exit 0\n"
                        + "echo '{\"code\":417,\"msg\":\"no lease\",\"details\":\"x\"}'; echo noise >&2; exit 1");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(417);
        assertThat(script.msg()).isEqualTo("no lease");
        assertThat(script.details()).isEqualTo("x");
        assertThat(script.error()).isEmpty();
        assertThat(folder.resolve("verbs")).hasContent("ADD\nDEL");
        requireGiven(Verb.ADD, script);
        requireGiven(Verb.DEL, script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"ips\":",
                "{\"ips\":5}",
                "{\"cniVersion\":\"9\"}",
                "{\"ips\":[{\"address\":\"10.9.9.9\"}]}"
            })
    void unreadableResultOfASuccess_isReleased(String result) throws Exception {
        foreign("dhcp", "echo '" + result + "'");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(folder.resolve("verbs")).hasContent("ADD\nDEL");
        requireGiven(Verb.DEL, script);
    }

    @Test
    void failedRelease_isInDetails() throws Exception {
        foreign("dhcp", "echo \"{\\\"code\\\":5,\\\"msg\\\":\\\"$CNI_COMMAND fails\\\"}\"; exit 2");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.msg()).isEqualTo("ADD fails");
        assertThat(script.details()).isEqualTo("DEL fails");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
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
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
                "{\"cniVersion\":\"\",\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
                "{\"cniVersion\":5,\"ips\":[{\"address\":\"10.9.9.9/24\"}]}",
                "{\"cniVersion\":\"0.4.0\",\"ips\":[{\"version\":\"4\",\"address\":\"10.9.9.9/24\"}],\"dns\":{}}",
                "{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.9.9.9/24\"}}"
            })
    void foreignResult_isReadInItsOwnVersion(String result) throws Exception {
        foreign("dhcp", "echo '" + result + "'");

        Script script = call("ADD", "dhcp").run(main);

        assertThat(script.printed().list("ips").getFirst().object().object().compact())
                .isEqualTo("{\"address\":\"10.9.9.9/24\"}");
    }

    /** The result's version is the configuration's, and its version is 0.1.0 if it has none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                          | 0.1.0 | {\"ip4\":{\"ip\":\"10.9.9.9/24\"}}",
                "\"cniVersion\":\"\",      | 0.1.0 | {\"ip4\":{\"ip\":\"10.9.9.9/24\"}}",
                "\"cniVersion\":\"0.2.0\", | 0.2.0 | {\"ip4\":{\"ip\":\"10.9.9.9/24\"}}",
                "\"cniVersion\":\"0.4.0\", | 0.4.0 | {\"ips\":[{\"version\":\"4\",\"address\":\"10.9.9.9/24\"}]}"
            })
    void resultWithoutVersion_isReadInTheConfigs(String member, String version, String result)
            throws Exception {
        foreign("dhcp", "echo '" + result + "'");
        String conf = member == null ? "" : member;

        Script script = call("ADD", "dhcp")
                .stdin("{" + conf + "\"name\":\"net\",\"ipam\":{\"type\":\"dhcp\"}}")
                .run(main);

        assertThat(script.exitCode()).as(script.output()).isZero();
        assertThat(script.printed().object().toBuilder().remove("dns").build().compact())
                .isEqualTo("{\"cniVersion\":\"" + version + "\"," + result.substring(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"cniVersion\":\"0.2.0\","})
    void resultOfANewerShapeWithoutVersion_isNotGuessed(String member) throws Exception {
        foreign("dhcp", ADDRESS);

        Script script = call("ADD", "dhcp")
                .stdin("{" + member + "\"name\":\"net\",\"ipam\":{\"type\":\"dhcp\"}}")
                .run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.INVALID_NETWORK_CONFIG.number());
        assertThat(script.msg()).contains("no valid IP addresses");
    }

    @Test
    void nullResult_isAnEmptyOne() throws Exception {
        foreign("dhcp", "echo null");

        assertThat(call("ADD", "dhcp").run(main).output())
                .isEqualTo("{\n    \"cniVersion\": \"1.1.0\"\n}");
    }

    @ParameterizedTest
    @CsvSource({"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void missingPlugin_isNamedWithItsPath(String command) {
        Script script = call(command, "dhcp").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(script.msg())
                .isEqualTo("failed to find plugin \"dhcp\" in path [/nowhere " + folder + "]");
        assertThat(script.details()).isEqualTo("put it into one of these folders");
        Script colons = call(command, "dhcp").set("CNI_PATH", ":").run(main);
        assertThat(colons.msg()).isEqualTo("failed to find plugin \"dhcp\" in path []");
        assertThat(colons.details()).isEqualTo("CNI_PATH is empty");
    }

    @ParameterizedTest
    @CsvSource({"ADD", "DEL", "CHECK", "STATUS"})
    void missingPluginWithoutPath_isTold(String command) {
        Script script = call(command, "dhcp").unset("CNI_PATH").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(script.details()).isEqualTo("CNI_PATH is empty");
    }

    @Test
    void nameInTwoFolders_isTakenFromTheFirst() throws Exception {
        foreign("dhcp", ADDRESS);
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.writeString(second.resolve("dhcp"), "#!/bin/sh\nexit 3\n");
        Files.setPosixFilePermissions(
                second.resolve("dhcp"), PosixFilePermissions.fromString("rwxr-xr-x"));

        Script first =
                call("ADD", "dhcp").set("CNI_PATH", folder + ":" + second).run(main);
        Script other =
                call("ADD", "dhcp").set("CNI_PATH", second + ":" + folder).run(main);

        assertThat(first.output()).contains("10.9.9.9/24");
        assertThat(other.msg()).contains("exit status 3");
    }

    /** Folders that hold no such file: the next one is tried, as by the reference. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "file", "loop", "folder", "long"})
    void folderWithoutTheFile_isPassedOver(String first) throws Exception {
        foreign("dhcp", ADDRESS);
        Files.writeString(folder.resolve("file"), "");
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        Files.createDirectories(folder.resolve("folder").resolve("dhcp"));
        Path other = folder.resolve(first.equals("long") ? "l".repeat(300) : first);

        Script script =
                call("ADD", "dhcp").set("CNI_PATH", other + ":" + folder).run(main);
        Script alone = call("ADD", "dhcp").set("CNI_PATH", other + ":/none").run(main);

        assertThat(script.output()).contains("10.9.9.9/24");
        assertThat(alone.code()).isEqualTo(CniErrorCode.DELEGATE_FAILED.number());
        assertThat(alone.msg())
                .isEqualTo("failed to find plugin \"dhcp\" in path [" + other + " /none]");
    }

    @ParameterizedTest
    @CsvSource({
        "EACCES,0",
        "ENOTDIR,0",
        "ELOOP,0",
        "ENAMETOOLONG,0",
        "ENOENT,0",
        "ENOMEM,11",
        "EIO,5"
    })
    void folderThatWeMayNotLookInto_isPassedOverUnlessLookingItselfFails(Errno errno, int code)
            throws Exception {
        foreign("dhcp", "");

        // Without CNI_NETNS the first file that is looked at is that in the first folder.
        Script script = call("DEL", "dhcp")
                .unset("CNI_NETNS")
                .faults(fault -> fault.fail("statx", 1, errno))
                .run(main);

        assertThat(script.exitCode()).isEqualTo(code == 0 ? 0 : 1);
        if (code == 0) {
            assertThat(folder.resolve("verbs")).hasContent("DEL");
        } else {
            assertThat(script.code()).isEqualTo(code);
            assertThat(script.msg()).contains("/nowhere/dhcp", errno.name());
            assertThat(folder.resolve("verbs")).doesNotExist();
        }
    }

    @Test
    void fileThatCannotBeLookedAt_isNotReplacedByOurs() throws Exception {
        foreign("ours", "");

        Script script = call("DEL", "ours")
                .unset("CNI_NETNS")
                .set("CNI_PATH", folder.toString())
                .faults(fault -> fault.fail("statx", 1, Errno.ENOMEM))
                .run(main);

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

    @ParameterizedTest
    @CsvSource({"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void missingType_isInvalid(String command) {
        Script script = call(command, "").run(main);

        assertThat(script.code()).isEqualTo(CniErrorCode.INVALID_NETWORK_CONFIG.number());
        assertThat(script.msg()).isEqualTo("ipam.type: missing");
    }

    @Test
    void busyFile_isTriedAgain() throws Exception {
        foreign("dhcp", "");

        Script script = call("DEL", "dhcp")
                .faults(fault -> fault.fail("spawn", 1, Errno.ETXTBSY))
                .run(main);

        assertThat(script.exitCode()).isZero();
        assertThat(script.count("spawn")).isEqualTo(2);
    }

    @Test
    void fileThatStaysBusy_isAnErrorInTheEnd() throws Exception {
        foreign("dhcp", "");

        Script script = call("DEL", "dhcp")
                .faults(fault -> fault.failAll("spawn", Errno.ETXTBSY).failAll("poll", Errno.EINTR))
                .run(main);

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
        assertThat(Files.size(folder.resolve("DEL.in"))).isGreaterThan(1_000_000);
    }

    @Test
    void pluginThatReadsNothing_doesNotBlockOrKillUs() throws Exception {
        Path file = folder.resolve("dhcp");
        Files.writeString(file, "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Script script = call("DEL", "dhcp")
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"p\":\"" + "y".repeat(1_000_000)
                        + "\",\"ipam\":{\"type\":\"dhcp\"}}");

        assertThat(script.run(main).exitCode()).isZero();
    }

    @Test
    void everyRefusedCall_isAnErrorAndLeavesNoChildAndNoDescriptor() throws Exception {
        foreign("dhcp", ADDRESS);
        assertThat(call("ADD", "dhcp").run(main).exitCode()).isZero();
        long before = descriptors();
        List<String> swallowed = new ArrayList<>();

        for (String name : List.of("pipe2", "spawn", "poll", "waitpid")) {
            for (int nth = 1; nth <= 3; nth++) {
                int place = nth;
                Script script = call("ADD", "dhcp")
                        .faults(fault -> fault.fail(name, place, Errno.ENOMEM))
                        .run(main);
                if (script.exitCode() == 0) {
                    swallowed.add(name + nth);
                } else {
                    assertThat(script.code()).as(name + nth).isEqualTo(106);
                    assertThat(script.msg()).as(name + nth).contains("ENOMEM");
                }
                // A child that could not be waited for waits for us.
                int left = name.equals("waitpid") && nth == 1 ? 1 : 0;
                assertThat(children()).as("after %s%s", name, nth).hasSize(left);
                children()
                        .forEach(pid -> assertThat(REAL.waitpid((int) (long) pid, new int[1], 0))
                                .isEqualTo((int) (long) pid));
            }
        }

        // An ADD that goes well starts one program and waits for it once: these never came.
        assertThat(swallowed).containsExactly("spawn2", "spawn3", "waitpid2", "waitpid3");
        assertThat(descriptors()).isEqualTo(before);
    }

    /** Those that ended and were not waited for included. */
    private static List<Long> children() {
        return ProcessHandle.current().children().map(ProcessHandle::pid).toList();
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
        assertThat(script.details()).isEmpty();
        assertThat(script.error()).isEmpty();
    }
}
