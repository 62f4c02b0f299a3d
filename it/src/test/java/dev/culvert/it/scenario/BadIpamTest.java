// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static dev.culvert.cni.spec.CniErrorCode.DELEGATE_FAILED;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETWORK_CONFIG;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.it.Plugins;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** IPAM plugins of others that are not there, or do not what they should. */
@InNetns(mayLeave = true)
final class BadIpamTest {
    private static final String RESULT =
            "{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.1.0.7/24\"}]}";

    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage();
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @ParameterizedTest
    @MethodSource({"missing", "results", "errors", "files"})
    void isRefused(Bad bad) {
        bad.requireRefused(stage);
    }

    /** What came with an ADD that fails later goes back by DEL, in both worlds. */
    @ParameterizedTest
    @CsvSource({"bridge,nothing", "bridge,mtu", "ptp,nothing", "ptp,mtu"})
    void addThatFailsAfterwards_givesBackByDel(String plugin, String cause) {
        Path verbs = temporary();
        boolean isEmpty = cause.equals("nothing");
        Call good = isEmpty ? stage.warmed(stage.add(plugin)) : stage.add(plugin);
        stage.script(
                "pool",
                "echo $CNI_COMMAND $CNI_CONTAINERID $CNI_IFNAME >>" + verbs
                        + "\ncat >/dev/null\n[ $CNI_COMMAND = ADD ] || exit 0\necho '"
                        + (isEmpty
                                ? "{\"cniVersion\":\"1.1.0\"}"
                                : RESULT.replace(
                                        "10.1.0.7/24\"}]",
                                        "fd00::7/64\",\"gateway\":\"fd00::1\"}]"))
                        + "'");

        (isEmpty
                        ? Refusal.of(
                                INVALID_NETWORK_CONFIG, "IPAM plugin returned missing IP config")
                        : Refusal.of(INVALID_NETWORK_CONFIG, "mtu: 1200", "1280"))
                .require(stage, foreign(isEmpty ? good : good.set("mtu", "1200")));

        assertThat(verbs).hasContent("ADD c1 eth0\nDEL c1 eth0\n".repeat(2).strip());
        Program.sh("rm $1", verbs.toString());
    }

    /** A file outside of the stage, where it is no change. */
    private static Path temporary() {
        try {
            return Files.createTempFile("verbs", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Call foreign(Call good) {
        return good.set("ipam", "{\"type\":\"pool\"}");
    }

    private static Bad of(String title, Refusal refusal, Bad.Change change) {
        return Bad.of(
                title, "bridge", refusal, (stage, good) -> change.apply(stage, foreign(good)));
    }

    /** A script that reads its input and, for ADD, does something. */
    private static Bad script(String title, Refusal refusal, String add) {
        return of(title, refusal, (stage, good) -> {
            stage.script("pool", "cat >/dev/null\n[ $CNI_COMMAND = ADD ] || exit 0\n" + add);
            return good;
        });
    }

    private static Call withPlugins(Call good) {
        return good.with("CNI_PATH", Plugins.underTest().toString());
    }

    static Stream<Bad> missing() {
        return Stream.of(
                of(
                        "not in CNI_PATH",
                        Refusal.of(
                                DELEGATE_FAILED,
                                "failed to find plugin \"pool\" in path [/tmp",
                                "put it into one of these folders"),
                        (_, good) -> good),
                of(
                        "no CNI_PATH",
                        Refusal.of(
                                DELEGATE_FAILED,
                                "failed to find plugin \"pool\" in path []",
                                "CNI_PATH is empty"),
                        (_, good) -> good.without("CNI_PATH")),
                of(
                        "in several folders of which none is there",
                        Refusal.of(DELEGATE_FAILED, "[/none/a /none/b]"),
                        (_, good) -> good.with("CNI_PATH", "/none/a::/none/b")),
                of(
                        "STATUS of it",
                        Refusal.of(DELEGATE_FAILED, "failed to find plugin \"pool\""),
                        (_, good) -> good.verb("STATUS")),
                of(
                        "a main plugin",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG, "ipam.type: \"bridge\" is no IPAM plugin"),
                        (_, good) -> withPlugins(good).set("ipam", "{\"type\":\"bridge\"}")),
                of(
                        "a main plugin, STATUS",
                        Refusal.of(INVALID_NETWORK_CONFIG, "ipam.type: \"ptp\" is no IPAM plugin"),
                        (_, good) ->
                                withPlugins(good.verb("STATUS")).set("ipam", "{\"type\":\"ptp\"}")),
                of(
                        "a program that starts a main plugin in its turn",
                        Refusal.of(INVALID_NETWORK_CONFIG, "ipam.type: \"pool\" is no IPAM plugin"),
                        (stage, good) -> {
                            stage.script("pool", "exec " + Plugins.underTest().resolve("bridge"));
                            return good;
                        }),
                of(
                        "DEL of it",
                        Refusal.of(DELEGATE_FAILED, "failed to find plugin \"pool\""),
                        (_, good) -> good.verb("DEL")));
    }

    private static Bad result(String title, String output, String... words) {
        return script(
                title,
                Refusal.of(DELEGATE_FAILED, words).and("plugin pool: "),
                "cat <<'END'\n" + output + "\nEND\n");
    }

    static Stream<Bad> results() {
        return Stream.of(
                script(
                        "no output",
                        Refusal.of(
                                DELEGATE_FAILED,
                                "failed to unmarshal raw result",
                                "the text is empty"),
                        ""),
                result("a word", "hello", "failed to unmarshal raw result", "hello"),
                result("a list", "[]", "an object is wanted, found a list"),
                result("half an object", "{\"ips\":[", "the text ends inside"),
                result("two objects", RESULT + RESULT, "failed to unmarshal raw result"),
                result(
                        "an address that is none",
                        RESULT.replace("10.1.0.7", "10.1.0.700"),
                        "10.1.0.700"),
                result("an address without length", RESULT.replace("/24", ""), "10.1.0.7"),
                result(
                        "an address that is a number",
                        RESULT.replace("\"10.1.0.7/24\"", "5"),
                        "ips[0].address"),
                result("an unknown version", RESULT.replace("1.1.0", "7.0.0"), "\"7.0.0\""),
                result("10,000 lists", "[".repeat(10_000), "nested"),
                script(
                        "no address",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG, "IPAM plugin returned missing IP config"),
                        "echo '{\"cniVersion\":\"1.1.0\"}'"),
                script(
                        "null",
                        Refusal.of(
                                INVALID_NETWORK_CONFIG, "IPAM plugin returned missing IP config"),
                        "echo null"),
                script(
                        "an interface in the result's address",
                        Refusal.of(DELEGATE_FAILED, "ips[0].interface"),
                        "echo '" + RESULT.replace("\"ips\":[{", "\"ips\":[{\"interface\":\"eth0\",")
                                + "'"),
                script(
                        "17 MiB",
                        Refusal.of(DELEGATE_FAILED, "/pool", "EFBIG", "more than 16777216 bytes"),
                        "head -c 17825792 /dev/zero | tr '\\0' ' '"),
                script(
                        "bytes that are no text",
                        Refusal.of(DELEGATE_FAILED, "failed to unmarshal raw result"),
                        "printf '\\377\\300\\200\\0'"));
    }

    static Stream<Bad> errors() {
        return Stream.of(
                script(
                        "an error object",
                        Refusal.foreign(117, "no pool", "ask Ann"),
                        "echo '{\"cniVersion\":\"1.1.0\",\"code\":117,\"msg\":\"no pool\",\"details\":\"ask Ann\"}'; exit 1"),
                script(
                        "an error object and words on stderr",
                        Refusal.foreign(11, "later"),
                        "echo trying >&2; echo '{\"code\":11,\"msg\":\"later\"}'; exit 3"),
                script(
                        "an error object without code",
                        Refusal.foreign(0, "oops"),
                        "echo '{\"msg\":\"oops\"}'; exit 1"),
                script(
                        "an empty error object",
                        Refusal.of(DELEGATE_FAILED, "neither code nor msg"),
                        "echo '{}'; exit 1"),
                script(
                        "an error that is no JSON",
                        Refusal.of(
                                DELEGATE_FAILED,
                                "error parsing its diagnostic message",
                                "oops",
                                "exit status 2"),
                        "echo oops; exit 2"),
                script(
                        "an error that is a list",
                        Refusal.of(DELEGATE_FAILED, "error parsing its diagnostic message"),
                        "echo '[1]'; exit 1"),
                script(
                        "words on stderr alone",
                        Refusal.of(DELEGATE_FAILED, "netplugin failed: \"cannot\": exit status 1"),
                        "echo cannot >&2; exit 1"),
                script(
                        "nothing but a status",
                        Refusal.of(DELEGATE_FAILED, "no error message: exit status 9"),
                        "exit 9"),
                script(
                        "a signal",
                        Refusal.of(DELEGATE_FAILED, "no error message: signal: 9"),
                        "kill -9 $$"),
                script(
                        "a long text on stderr",
                        Refusal.of(DELEGATE_FAILED, "aaaa..."),
                        "head -c 100000 /dev/zero | tr '\\0' a >&2; exit 1"));
    }

    static Stream<Bad> files() {
        return Stream.of(
                of(
                        "not executable",
                        Refusal.of(DELEGATE_FAILED, "start /tmp", "/pool: EACCES"),
                        (stage, good) -> {
                            stage.script("pool", "exit 0");
                            Program.sh(
                                    "chmod 644 $1", stage.bin().resolve("pool").toString());
                            return good;
                        }),
                of(
                        "a text without interpreter",
                        Refusal.of(DELEGATE_FAILED, "/pool: ENOEXEC"),
                        (stage, good) -> {
                            Program.sh(
                                    "echo hello >$1; chmod 755 $1",
                                    stage.bin().resolve("pool").toString());
                            return good;
                        }),
                of(
                        "an interpreter that is not there",
                        Refusal.of(DELEGATE_FAILED, "/pool: ENOENT"),
                        (stage, good) -> {
                            Program.sh(
                                    "echo '#!/none/sh' >$1; chmod 755 $1",
                                    stage.bin().resolve("pool").toString());
                            return good;
                        }),
                of(
                        "in the second folder, the first is a file",
                        Refusal.foreign(117, "found"),
                        (stage, good) -> {
                            stage.script(
                                    "pool",
                                    "cat >/dev/null; [ $CNI_COMMAND = ADD ] || exit 0\n"
                                            + "echo '{\"code\":117,\"msg\":\"found\"}'; exit 1");
                            return good.with("CNI_PATH", "/etc/passwd:" + stage.bin());
                        }),
                of(
                        "a folder",
                        Refusal.of(DELEGATE_FAILED, "failed to find plugin \"pool\""),
                        (stage, good) -> {
                            Program.sh("mkdir $1", stage.bin().resolve("pool").toString());
                            return good;
                        }),
                of(
                        "a link that leads nowhere",
                        Refusal.of(DELEGATE_FAILED, "failed to find plugin"),
                        (stage, good) -> {
                            Program.sh(
                                    "ln -s none $1", stage.bin().resolve("pool").toString());
                            return good;
                        }));
    }
}
