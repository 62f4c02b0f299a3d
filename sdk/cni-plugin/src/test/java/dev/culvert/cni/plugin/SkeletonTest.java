// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.AttachmentKey;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.sys.Errno;
import dev.culvert.testkit.TestNetns;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

class SkeletonTest {
    private static final String OWN = "/proc/thread-self/ns/net";
    private static TestNetns netns;

    private final RecordingPlugin plugin = new RecordingPlugin();

    @BeforeAll
    static void makeNetns() {
        netns = TestNetns.create("skel");
    }

    @AfterAll
    static void removeNetns() {
        netns.close();
    }

    private static Script script(String command) {
        return Script.of(command).set("CNI_NETNS", netns.path());
    }

    @Test
    void add_getsWhatTheCallerGaveAndPrintsTheResult() {
        Script script = script("ADD")
                .set("CNI_ARGS", "IP=10.1.2.3")
                .set("CNI_PATH", "/a::/b:")
                .run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output())
                .isEqualTo(RecordingPlugin.RESULT.encode(CniVersion.V1_1_0).pretty());
        assertThat(script.error()).isEmpty();
        assertThat(plugin.verbs()).containsExactly(Verb.ADD);
        Request request = plugin.requests.getFirst();
        assertThat(request.containerId()).isEqualTo("c1");
        assertThat(request.ifname()).isEqualTo("eth0");
        assertThat(request.netnsPath()).isEqualTo(netns.path());
        assertThat(request.cniArgs(List.of("IP")).find("IP")).hasValue("10.1.2.3");
        assertThat(request.pluginFolders()).containsExactly("/a", "/b");
        assertThat(request.conf().name()).isEqualTo("net");
        assertThat(request.stdin()).contains("\"type\":\"recording\"");
    }

    @Test
    void longInput_isReadWhole() {
        String padding = "x".repeat(100_000);
        script("ADD")
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"p\":\"" + padding + "é\"}")
                .run(plugin);

        assertThat(plugin.requests.getFirst().conf().fields().string("p", ""))
                .isEqualTo(padding + "é");
    }

    @ParameterizedTest
    @CsvSource({"DEL", "CHECK", "STATUS"})
    void verbsWithoutResult_printNothing(String command) {
        Script script = script(command).run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output()).isEmpty();
        assertThat(plugin.verbs()).containsExactly(Verb.valueOf(command));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADD   | CNI_CONTAINERID", "ADD   | CNI_NETNS", "ADD   | CNI_IFNAME",
                "CHECK | CNI_CONTAINERID", "CHECK | CNI_NETNS", "CHECK | CNI_IFNAME",
                "DEL   | CNI_CONTAINERID", "DEL   | CNI_IFNAME", "GC    | CNI_PATH"
            })
    void missingVariable_isNamed(String command, String name) {
        for (Script script :
                List.of(script(command).unset(name), script(command).set(name, ""))) {
            script.run(plugin);

            assertThat(script.exitCode()).isEqualTo(1);
            assertThat(script.code()).isEqualTo(4);
            assertThat(script.msg()).isEqualTo("required env variables [" + name + "] missing");
        }
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void severalMissingVariables_areNamedTogether() {
        Script script = script("ADD").unset("CNI_IFNAME").unset("CNI_NETNS").run(plugin);

        assertThat(script.msg()).isEqualTo("required env variables [CNI_NETNS,CNI_IFNAME] missing");
    }

    @ParameterizedTest
    @CsvSource({
        "ADD,CNI_ARGS",
        "ADD,CNI_PATH",
        "DEL,CNI_NETNS",
        "DEL,CNI_PATH",
        "STATUS,CNI_CONTAINERID",
        "STATUS,CNI_NETNS",
        "STATUS,CNI_IFNAME",
        "STATUS,CNI_PATH",
        "CHECK,CNI_PATH"
    })
    void optionalVariable_mayBeMissing(String command, String name) {
        assertThat(script(command).unset(name).run(plugin).exitCode()).isZero();
        assertThat(plugin.verbs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "CNI_CONTAINERID,some-%%container-id,invalid characters in containerID",
        "CNI_IFNAME,1234567890123456,interface name is too long",
        "CNI_IFNAME,a/b,interface name contains",
        "CNI_IFNAME,a:b,interface name contains",
        "CNI_IFNAME,a b,interface name contains",
        "CNI_IFNAME,.,interface name is .",
        "CNI_IFNAME,..,interface name is ."
    })
    void malformedVariable_isRefused(String name, String value, String msg) {
        Script script = script("ADD").set(name, value).run(plugin);

        assertThat(script.code()).isEqualTo(4);
        assertThat(script.msg()).startsWith(msg);
        assertThat(plugin.verbs()).isEmpty();
    }

    /** Two such names would be one to us, and DEL of one would delete the other. */
    @ParameterizedTest
    @CsvSource({
        "ADD,CNI_IFNAME",
        "DEL,CNI_IFNAME",
        "CHECK,CNI_IFNAME",
        "ADD,CNI_CONTAINERID",
        "DEL,CNI_CONTAINERID",
        "ADD,CNI_NETNS",
        "DEL,CNI_NETNS",
        "GC,CNI_PATH",
        "STATUS,CNI_PATH"
    })
    void bytesThatAreNoUtf8_areRefusedInWhatIsANameOrAPath(String command, String name) {
        for (String value : List.of("/eth\u00ff0", "\u00c0\u00af", "x\u00c3")) {
            Script script = script(command).appendBytes(name + "=" + value).run(plugin);

            assertThat(script.code()).isEqualTo(4);
            assertThat(script.msg()).isEqualTo(name + ": bytes that are no UTF-8");
        }
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void bytesThatAreNoUtf8_doNotMatterElsewhere() {
        Script script = script("STATUS").appendBytes("CNI_IFNAME=\u00ff").appendBytes("\u00ff");

        assertThat(script.run(plugin).exitCode()).isZero();
        assertThat(script.set("CNI_COMMAND", "VERSION").run(plugin).exitCode()).isZero();
        assertThat(plugin.verbs()).containsExactly(Verb.STATUS);
    }

    /** What is wrong is told before what is missing, wherever it stands. */
    @ParameterizedTest
    @CsvSource({
        "CNI_CONTAINERID,a/b,invalid characters in containerID,CNI_NETNS",
        "CNI_CONTAINERID,a/b,invalid characters in containerID,CNI_IFNAME",
        "CNI_IFNAME,a/b,interface name contains,CNI_CONTAINERID",
        "CNI_IFNAME,a/b,interface name contains,CNI_NETNS"
    })
    void malformedVariable_isToldBeforeAMissingOne(
            String name, String value, String msg, String missing) {
        Script script = script("ADD").set(name, value).unset(missing).run(plugin);

        assertThat(script.code()).isEqualTo(4);
        assertThat(script.msg()).startsWith(msg).doesNotContain("missing");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void variableGivenTwice_countsAsTheFirst() {
        script("ADD")
                .append("CNI_COMMAND=DEL")
                .append("CNI_IFNAME=eth1")
                .append("CNI_PATH=/b")
                .run(plugin);

        assertThat(plugin.verbs()).containsExactly(Verb.ADD);
        assertThat(plugin.requests.getFirst().ifname()).isEqualTo("eth0");
        assertThat(plugin.requests.getFirst().pluginFolders()).containsExactly("/nowhere");
    }

    @Test
    void variableGivenTwice_isMissingIfTheFirstIsEmpty() {
        Script script =
                script("ADD").set("CNI_IFNAME", "").append("CNI_IFNAME=eth1").run(plugin);

        assertThat(script.msg()).isEqualTo("required env variables [CNI_IFNAME] missing");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void missingCniVersion_is010() {
        Script script = script("ADD").stdin("{\"name\":\"net\"}").run(plugin);
        assertThat(script.output()).contains("\"cniVersion\": \"0.1.0\"").contains("\"ip4\"");

        plugin.versions = CniVersion.since(CniVersion.V0_3_0);
        Script refused = script("ADD").stdin("{\"name\":\"net\"}").run(plugin);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(plugin.verbs()).hasSize(1);
    }

    @Test
    void unknownVersion_isIncompatible() {
        Script script = script("ADD").version("1.2.0").run(plugin);

        assertThat(script.output()).isEqualTo("""
                {
                    "cniVersion": "1.2.0",
                    "code": 1,
                    "msg": "incompatible CNI versions",
                    "details": "config is \\"1.2.0\\", plugin supports [\\"0.1.0\\" \\"0.2.0\\" \\"0.3.0\\" \
                \\"0.3.1\\" \\"0.4.0\\" \\"1.0.0\\" \\"1.1.0\\"]"
                }""");
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CHECK,0.3.1", "CHECK,", "GC,1.0.0", "STATUS,1.0.0", "STATUS,0.4.0"})
    void configTooOldForTheVerb_isIncompatible(String command, String version) {
        Script script = script(command).version(version == null ? "" : version).run(plugin);

        assertThat(script.code()).isEqualTo(1);
        assertThat(script.msg()).isEqualTo("config version does not allow " + command);
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CHECK,0.4.0,0.3.1", "GC,1.1.0,1.0.0", "STATUS,1.1.0,0.4.0"})
    void pluginTooOldForTheVerb_isIncompatible(String command, String version, String newest) {
        plugin.versions =
                EnumSet.range(CniVersion.V0_1_0, CniVersion.find(newest).orElseThrow());

        Script script = script(command).version(version).run(plugin);

        assertThat(script.code()).isEqualTo(1);
        assertThat(script.msg()).isEqualTo("plugin version does not allow " + command);
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CHECK,0.4.x", "GC,a", "STATUS,1.1.0.0"})
    void malformedVersion_isADecodingFailure(String command, String version) {
        assertThat(script(command).version(version).run(plugin).code()).isEqualTo(6);
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ADD", "DEL", "CHECK", "GC", "STATUS"})
    void badConfiguration_isRefusedForEveryVerb(String command) {
        assertThat(script(command).stdin("").run(plugin).code()).isEqualTo(6);
        assertThat(script(command)
                        .stdin("{\"cniVersion\":\"1.1.0\"")
                        .run(plugin)
                        .code())
                .isEqualTo(6);
        assertThat(script(command)
                        .stdin("{\"cniVersion\":\"1.1.0\"}")
                        .run(plugin)
                        .code())
                .isEqualTo(7);
        Script badName = script(command)
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"a b\"}")
                .run(plugin);
        assertThat(badName.code()).isEqualTo(7);
        assertThat(badName.msg()).isEqualTo("invalid characters found in network name");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void version_isPrintedWithoutReadingInput() {
        Script script = Script.of("VERSION")
                .unset("CNI_CONTAINERID")
                .unset("CNI_IFNAME")
                .unset("CNI_PATH")
                .stdin("not json")
                .run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output())
                .isEqualTo("{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\","
                        + "\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n");
        assertThat(script.count("read")).isZero();
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void unknownCommand_isRefused() {
        Script script = script("FOO").run(plugin);

        assertThat(script.code()).isEqualTo(4);
        assertThat(script.msg()).isEqualTo("unknown CNI_COMMAND: FOO");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void noCommand_printsWhatThisIs() {
        Script script = script("ADD").unset("CNI_COMMAND").runWithAbout(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output()).isEmpty();
        assertThat(script.error())
                .isEqualTo(
                        "CNI recording plugin v0\n"
                                + "CNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n");
    }

    @Test
    void noCommandAndNoAboutText_isAnError() {
        for (Script script : List.of(script("ADD").unset("CNI_COMMAND"), script(""))) {
            script.run(plugin);

            assertThat(script.exitCode()).isEqualTo(1);
            assertThat(script.code()).isEqualTo(4);
            assertThat(script.msg()).isEqualTo("required env variables [CNI_COMMAND] missing");
            assertThat(script.error()).isEmpty();
        }
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void unreadableInput_isAnIoFailure() {
        Script script =
                script("ADD").faults(fault -> fault.fail("read", 1, Errno.EIO)).run(plugin);

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.code()).isEqualTo(5);
        assertThat(script.msg())
                .isEqualTo(
                        "error reading from stdin: read standard input: EIO (Input/output error)");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void interruptedInputAndOutput_goOn() {
        Script script = script("ADD")
                .faults(fault -> fault.fail("read", 1, Errno.EINTR).fail("write", 1, Errno.EINTR))
                .run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output()).contains("10.1.2.3/24");
    }

    @Test
    void streamsThatDoNotBlock_areWaitedFor() {
        String stdin = "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"p\":\"é\"}";
        List<SlowStreams> streams = new ArrayList<>();
        Script script = script("ADD")
                .stdin(stdin)
                .streams(libc -> {
                    streams.add(SlowStreams.over(libc));
                    return streams.getFirst().libc();
                })
                .run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(script.output())
                .isEqualTo(RecordingPlugin.RESULT.encode(CniVersion.V1_1_0).pretty());
        assertThat(plugin.requests.getFirst().stdin()).isEqualTo(stdin);
        // Descriptor and events: POLLIN for each 7 bytes and the end, then POLLOUT for each 7.
        List<String> waits = new ArrayList<>(Collections.nCopies(
                (stdin.getBytes(StandardCharsets.UTF_8).length + 6) / 7 + 1, "0:1"));
        waits.addAll(Collections.nCopies((script.output().length() + 6) / 7, "1:4"));
        assertThat(streams.getFirst().waits).isEqualTo(waits);
    }

    @Test
    void outputThatBreaksHalfway_isAFailure() {
        Script script = script("ADD")
                .streams(libc -> SlowStreams.over(libc).libc())
                .faults(fault -> fault.fail("write", 4, Errno.EPIPE))
                .run(plugin);

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.output()).hasSize(7);
        assertThat(script.error()).isEqualTo("write standard output: EPIPE (Broken pipe)\n");
    }

    /** The runtime asked for a version, so it gets this one, whatever the plugin before wrote. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1.0 | {\"ips\":[],\"new\":1}",
                "1.1.0 | {\"cniVersion\":\"\",\"ips\":[],\"new\":1}",
                "1.1.0 | {\"cniVersion\":\"1.0.0\",\"ips\":[],\"new\":1}",
                "1.0.0 | {\"ips\":[],\"cniVersion\":\"1.1.0\",\"new\":1}",
                "0.3.1 | {\"cniVersion\":\"0.4.0\",\"ips\":[],\"new\":1}"
            })
    void prevResultOfAnotherVersion_isPassedOnInTheConfigs(String version, String prevResult) {
        plugin.result = Optional.empty();
        Script script = script("ADD")
                .stdin("{\"cniVersion\":\"" + version + "\",\"name\":\"net\",\"prevResult\":"
                        + prevResult + "}")
                .run(plugin);

        assertThat(script.printed().object().compact())
                .isEqualTo("{\"cniVersion\":\"" + version + "\",\"ips\":[],\"new\":1}");
    }

    @Test
    void prevResult_isPassedOnUnchangedWhenThePluginHasNone() {
        plugin.result = Optional.empty();
        String prevResult = "{\"cniVersion\":\"1.1.0\",\"ips\":[],\"new\":{\"z\":1.50}}";
        Script script = script("ADD")
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"prevResult\":" + prevResult
                        + "}")
                .run(plugin);

        assertThat(script.printed().object().compact()).isEqualTo(prevResult);
    }

    @Test
    void resultThatTheVersionCannotExpress_failsBeforeCommit() {
        plugin.body = request -> request.answer(CniResult.EMPTY);
        Script script = script("ADD").version("0.2.0").run(plugin);

        assertThat(script.code()).isEqualTo(7);
        assertThat(script.msg()).contains("no valid IP addresses");
    }

    @Test
    void gc_takesAnAbsentListForAnEmptyOne() {
        String conf = "{\"cniVersion\":\"1.1.0\",\"name\":\"net\"";

        assertThat(script("GC")
                        .stdin(conf + ",\"cni.dev/valid-attachments\":{}}")
                        .run(plugin)
                        .code())
                .isEqualTo(6);
        assertThat(plugin.verbs()).isEmpty();
        for (String none : List.of("", ",\"cni.dev/valid-attachments\":null")) {
            assertThat(script("GC").stdin(conf + none + "}").run(plugin).exitCode())
                    .isZero();
            assertThat(plugin.requests.removeFirst().conf().validAttachments()).isEmpty();
        }

        Script full = script("GC")
                .unset("CNI_CONTAINERID")
                .unset("CNI_IFNAME")
                .unset("CNI_NETNS")
                .stdin(
                        conf
                                + ",\"cni.dev/valid-attachments\":[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]}");
        assertThat(full.run(plugin).exitCode()).isZero();
        assertThat(full.output()).isEmpty();
        assertThat(plugin.requests.getFirst().conf().validAttachments())
                .containsExactly(new AttachmentKey("c1", "eth0"));
        assertThat(script("GC")
                        .stdin(conf + ",\"cni.dev/valid-attachments\":[]}")
                        .run(plugin)
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD", "CHECK"})
    void ownNetns_isRefusedBeforeThePluginRuns(String command) {
        Script script = script(command).set("CNI_NETNS", OWN).run(plugin);

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.code()).isEqualTo(8);
        assertThat(script.msg())
                .isEqualTo("plugin's netns and netns from CNI_NETNS should not be the same");
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "TRUE"})
    void ownNetns_isTakenWithTheOverride(String value) {
        Script script = script("ADD")
                .set("CNI_NETNS", OWN)
                .set("CNI_NETNS_OVERRIDE", value)
                .run(plugin);

        assertThat(script.exitCode()).isZero();
        assertThat(plugin.requests.getFirst().netnsPath()).isEqualTo(OWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "yes", "false", "2", "true "})
    void ownNetns_isRefusedWithAnotherWordInTheOverride(String value) {
        for (String command : List.of("ADD", "CHECK")) {
            Script script = script(command)
                    .set("CNI_NETNS", OWN)
                    .set("CNI_NETNS_OVERRIDE", value)
                    .run(plugin);

            assertThat(script.code()).as(command).isEqualTo(8);
        }
        assertThat(plugin.verbs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/netns", "/etc/passwd", "/proc/version", "/etc", "relative"})
    void pathWithoutNamespace_isInvalidForAddAndNothingForDel(String path) {
        Script add = script("ADD").set("CNI_NETNS", path).run(plugin);
        Script check = script("CHECK").set("CNI_NETNS", path).run(plugin);
        assertThat(add.code()).isEqualTo(8);
        assertThat(add.msg()).contains(path);
        assertThat(check.code()).isEqualTo(8);
        assertThat(plugin.verbs()).isEmpty();

        assertThat(script("DEL").set("CNI_NETNS", path).run(plugin).exitCode()).isZero();
        assertThat(plugin.requests.getFirst().netnsPath()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"open,EACCES,104", "open,EMFILE,11", "fsType,EIO,5", "statx,ENOMEM,11"})
    void namespaceThatCannotBeLookedAt_isNotTakenForAbsent(String call, Errno errno, int code) {
        for (String command : List.of("ADD", "DEL", "CHECK")) {
            Script script =
                    script(command).faults(fault -> fault.fail(call, 1, errno)).run(plugin);

            assertThat(script.code()).as(command).isEqualTo(code);
            assertThat(script.msg()).contains(errno.name());
        }
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void ownNetns_isNobodysInDel() {
        assertThat(script("DEL").set("CNI_NETNS", OWN).run(plugin).exitCode()).isZero();
        assertThat(plugin.requests.getFirst().netnsPath()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "TRUE,true", "0,false", "yes,false"})
    void ownNetns_isTheContainersInDelOnlyWithTheOverride(String value, boolean taken) {
        script("DEL").set("CNI_NETNS", OWN).set("CNI_NETNS_OVERRIDE", value).run(plugin);

        assertThat(plugin.requests.getFirst().netnsPath()).isEqualTo(taken ? OWN : "");
    }

    @ParameterizedTest
    @CsvSource({
        ",,AUTO",
        "announced,,ANNOUNCED",
        "acknowledged,announced,ANNOUNCED",
        "auto,,AUTO",
        ",acknowledged,ACKNOWLEDGED"
    })
    void deleteWord_isReadAndTheVariableWins(String configured, String variable, String mode) {
        String culvert = configured == null ? "{}" : "{\"delete\":\"" + configured + "\"}";
        Script script = script("DEL")
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"culvert\":" + culvert + "}");
        if (variable != null) {
            script.set("CULVERT_DELETE", variable);
        }

        assertThat(script.run(plugin).exitCode()).isZero();
        assertThat(plugin.requests.getFirst().deleteWord().name()).isEqualTo(mode);
    }

    @Test
    void unknownDeleteWord_isInvalid() {
        Script variable = script("ADD").set("CULVERT_DELETE", "soon").run(plugin);
        Script key = script("ADD")
                .stdin(
                        "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"culvert\":{\"delete\":\"soon\"}}")
                .run(plugin);
        Script unknown = script("ADD")
                .stdin("{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"culvert\":{\"speed\":1}}")
                .run(plugin);

        assertThat(variable.msg()).isEqualTo("CULVERT_DELETE: unknown delete mode \"soon\"");
        assertThat(variable.code()).isEqualTo(4);
        assertThat(key.code()).isEqualTo(7);
        assertThat(key.msg()).isEqualTo("culvert.delete: unknown delete mode \"soon\"");
        assertThat(unknown.msg()).isEqualTo("culvert.speed: unknown key");
        assertThat(plugin.verbs()).isEmpty();
    }

    @Test
    void closedOutput_isAFailure() {
        Script script = script("ADD")
                .faults(fault -> fault.fail("write", 1, Errno.EPIPE))
                .run(plugin);

        assertThat(script.exitCode()).isEqualTo(1);
        assertThat(script.error()).isEqualTo("write standard output: EPIPE (Broken pipe)\n");
    }
}
