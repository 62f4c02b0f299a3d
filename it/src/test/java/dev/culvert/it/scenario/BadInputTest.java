// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static dev.culvert.cni.spec.CniErrorCode.DECODING_FAILURE;
import static dev.culvert.cni.spec.CniErrorCode.INCOMPATIBLE_CNI_VERSION;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_ENVIRONMENT;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETNS;
import static dev.culvert.cni.spec.CniErrorCode.INVALID_NETWORK_CONFIG;
import static dev.culvert.cni.spec.CniErrorCode.IO_FAILURE;

import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** What a caller may get wrong on standard input and in the environment. */
@InNetns(mayLeave = true)
final class BadInputTest {
    private static final int MEBI = 1 << 20;

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
    @MethodSource({
        "texts",
        "numbers",
        "bytes",
        "versions",
        "names",
        "types",
        "variables",
        "args",
        "paths"
    })
    void isRefused(Bad bad) {
        bad.requireRefused(stage);
    }

    private static Bad text(String title, String input, String... words) {
        return Bad.of(
                title,
                "bridge",
                Refusal.of(DECODING_FAILURE, words).and("read network configuration"),
                (_, good) -> good.input(input));
    }

    static Stream<Bad> texts() {
        return Stream.of(
                text("nothing", "", "the text is empty"),
                text("blanks", " \n\t ", "the text is empty"),
                text("a word", "hello", "line 1 column 1", "not JSON near \"hello\""),
                text("null", "null", "an object is wanted, found null"),
                text("a list", "[]", "an object is wanted, found a list"),
                text("a string", "\"net\"", "an object is wanted, found the string \"net\""),
                text("a number", "-0", "an object is wanted, found the number -0"),
                text(
                        "truncated in a name",
                        "{\"cniVersion\":\"1.1.0\",\"na",
                        "the text ends inside a"),
                text(
                        "truncated in a value",
                        "{\"cniVersion\":\"1.1",
                        "the text ends inside a",
                        "cniVersion"),
                text("truncated after a member", "{\"name\":\"net\"", "the text ends inside a"),
                text("truncated after a comma", "{\"name\":\"net\",", "the text ends inside a"),
                text(
                        "truncated in a list",
                        "{\"name\":\"net\",\"a\":[1,",
                        "the text ends inside a"),
                text("two values", "{\"name\":\"net\"} {}", "line 1"),
                text("a comma too many", "{\"name\":\"net\",}", "line 1 column"),
                text("a comment", "{\"name\":\"net\" /* here */}", "not JSON"),
                text("single quotes", "{'name':'net'}", "not JSON"),
                text("a name without quotes", "{name:\"net\"}", "not JSON"),
                text("a word as value", "{\"name\":net}", "not JSON"),
                text("True", "{\"name\":\"net\",\"isGateway\":True}", "not JSON"),
                text("a newline in a string", "{\"name\":\"a\nb\"}", "not JSON"),
                text("an escape that is none", "{\"name\":\"a\\x41\"}", "not JSON"),
                text(
                        "half an escape",
                        "{\"name\":\"a\\u00",
                        "the text ends inside a string",
                        "line 1"),
                text(
                        "a number of 5,000 digits",
                        "{\"name\":\"net\",\"mtu\":" + "1".repeat(5000) + "}",
                        "mtu",
                        "not JSON near"),
                text(
                        "1,100,000 values",
                        "{\"name\":\"net\",\"a\":[" + "{},".repeat(1_100_000) + "1]}",
                        "more than 1048576 values"),
                text("10,000 lists", "[".repeat(10_000), "nested more than 64 deep"),
                text("10,000 objects", "{\"a\":".repeat(10_000), "nested more than 64 deep"),
                text(
                        "10,000 lists and their ends",
                        "{\"name\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}",
                        "nested more than 64 deep",
                        "name"));
    }

    static Stream<Bad> numbers() {
        return Stream.of(
                        "1e999",
                        "-1e999",
                        "1.5",
                        "1500.0",
                        "15e2",
                        "1e-999",
                        "2147483648",
                        "-1",
                        "99999999999999999999",
                        "0.1",
                        "-9223372036854775809")
                .map(number -> Bad.of(
                        "mtu " + number,
                        "bridge",
                        Refusal.of(
                                DECODING_FAILURE,
                                "mtu: a whole number from 0 to 2147483647 is wanted, found the number "
                                        + number),
                        (_, good) -> good.set("mtu", number)));
    }

    private static Bad bytes(
            String title, Refusal refusal, byte[] before, byte[] name, byte[] after) {
        return Bad.of(title, "bridge", refusal, (_, good) -> {
            ByteArrayOutputStream input = new ByteArrayOutputStream();
            input.writeBytes(before);
            input.writeBytes("{\"cniVersion\":\"1.1.0\",\"type\":\"bridge\",\"name\":\"a"
                    .getBytes(StandardCharsets.UTF_8));
            input.writeBytes(name);
            input.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
            input.writeBytes(after);
            return good.input(input.toByteArray());
        });
    }

    private static Bad inName(String title, int... bytes) {
        byte[] name = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            name[i] = (byte) bytes[i];
        }
        return bytes(
                title,
                Refusal.of(INVALID_NETWORK_CONFIG, "invalid characters found in network name"),
                new byte[0],
                name,
                new byte[0]);
    }

    static Stream<Bad> bytes() {
        byte[] none = new byte[0];
        return Stream.of(
                inName("a byte that is no UTF-8", 0xff),
                inName("a sequence cut short", 0xe2, 0x82),
                inName("a continuation alone", 0x80, 0x80),
                inName("an overlong NUL", 0xc0, 0x80),
                inName("half a surrogate pair in UTF-8", 0xed, 0xa0, 0x80),
                inName("beyond Unicode", 0xf4, 0x90, 0x80, 0x80),
                inName("four bytes", 0xf0, 0x9f, 0x98, 0x80),
                inName("half a surrogate pair as an escape", '\\', 'u', 'd', '8', '0', '0'),
                inName(
                        "the wrong half first",
                        '\\',
                        'u',
                        'd',
                        'c',
                        '0',
                        '0',
                        '\\',
                        'u',
                        'd',
                        '8',
                        '0',
                        '0'),
                inName("a NUL as an escape", '\\', 'u', '0', '0', '0', '0'),
                inName("a DEL", 0x7f),
                bytes(
                        "a NUL in a name",
                        Refusal.of(DECODING_FAILURE, "not JSON"),
                        none,
                        new byte[1],
                        none),
                bytes(
                        "a NUL behind the value",
                        Refusal.of(DECODING_FAILURE, "line 1"),
                        none,
                        none,
                        new byte[1]),
                bytes(
                        "16 MiB and more",
                        Refusal.of(
                                IO_FAILURE, "error reading from stdin", "more than 16777216 bytes"),
                        none,
                        new byte[17 * MEBI],
                        none),
                bytes(
                        "20 MiB of blanks",
                        Refusal.of(
                                IO_FAILURE, "error reading from stdin", "more than 16777216 bytes"),
                        " ".repeat(20 * MEBI).getBytes(StandardCharsets.UTF_8),
                        none,
                        none));
    }

    private static Bad version(String verb, String version, String... words) {
        return Bad.of(
                verb + " at version " + version,
                "bridge",
                Refusal.of(INCOMPATIBLE_CNI_VERSION, words),
                (_, good) -> good.set("cniVersion", "\"" + version + "\"").verb(verb));
    }

    static Stream<Bad> versions() {
        return Stream.of(
                version(
                        "ADD",
                        "0.9.9",
                        "incompatible CNI versions",
                        "config is \"0.9.9\"",
                        "\"1.1.0\""),
                version("ADD", "1.2.0", "incompatible CNI versions"),
                version("ADD", "1.1", "incompatible CNI versions"),
                version("ADD", "v1.1.0", "incompatible CNI versions"),
                version("ADD", "1.1.0 ", "incompatible CNI versions"),
                version("DEL", "2.0.0", "incompatible CNI versions"),
                version("CHECK", "0.3.1", "config version does not allow CHECK"),
                version("CHECK", "", "config version does not allow CHECK"),
                version("CHECK", "9.0.0", "plugin version does not allow CHECK"),
                version("GC", "1.0.0", "config version does not allow GC"),
                version("STATUS", "1.0.0", "config version does not allow STATUS"),
                version("STATUS", "1.9.0", "plugin version does not allow STATUS"),
                Bad.of(
                        "CHECK at a version that is no number",
                        "bridge",
                        Refusal.of(DECODING_FAILURE, "cniVersion \"one\" is malformed"),
                        (_, good) -> good.set("cniVersion", "\"one\"").verb("CHECK")));
    }

    private static Bad name(String title, String name) {
        return Bad.of(
                "network " + title,
                "bridge",
                Refusal.of(INVALID_NETWORK_CONFIG, "network name", name),
                (_, good) -> good.set("name", "\"" + name + "\""));
    }

    private static Bad containerId(String id) {
        return Bad.of(
                "container id " + id,
                "bridge",
                Refusal.of(
                        INVALID_ENVIRONMENT, "invalid characters in containerID", "\"" + id + "\""),
                (_, good) -> good.with("CNI_CONTAINERID", id));
    }

    private static Bad ifname(String title, String name, String words) {
        return Bad.of(
                "ifname " + title,
                "bridge",
                Refusal.of(INVALID_ENVIRONMENT, words),
                (_, good) -> good.with("CNI_IFNAME", name));
    }

    static Stream<Bad> names() {
        return Stream.of(
                Bad.of(
                        "network without name",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "missing network name"),
                        (_, good) -> good.set("name", "null")),
                Bad.of(
                        "network with an empty name",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "missing network name"),
                        (_, good) -> good.set("name", "\"\"")),
                Bad.of(
                        "a name given twice: the last counts",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "../x"),
                        (_, good) -> good.edit(conf -> conf.replace(
                                "\"name\":", "\"name\":\"ok\",\"name\":\"../x\",\"was\":"))),
                Bad.of(
                        "a name in capitals counts too",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "../x"),
                        (_, good) -> good.edit(
                                conf -> conf.replace("\"type\":", "\"NAME\":\"../x\",\"type\":"))),
                name("with a slash", "a/b"),
                name("that leads up", "../../etc"),
                name("that is hidden", ".net"),
                name("that is an option", "-net"),
                name("with a blank", "a b"),
                name("outside of ASCII", "n\u00e4tz"),
                containerId("a/b"),
                containerId("../c"),
                containerId("-c"),
                containerId("c d"),
                containerId("c:d"),
                containerId("c\nd".replace('\n', '!')),
                containerId("\u00e4"),
                ifname("empty", "", "required env variables [CNI_IFNAME] missing"),
                ifname("of 16 bytes", "abcdefghijklmnop", "too long"),
                ifname("of 8 letters and 16 bytes", "\u00e4".repeat(8), "too long"),
                ifname("of a dot", ".", "interface name is . or .."),
                ifname("of two dots", "..", "interface name is . or .."),
                ifname("with a slash", "a/b", "contains / or : or whitespace"),
                ifname("with a colon", "eth0:1", "contains / or : or whitespace"),
                ifname("with a blank", "eth 0", "contains / or : or whitespace"),
                ifname("with a newline", "eth\n0", "contains / or : or whitespace"),
                ifname("with a wide blank", "e\u3000f", "contains / or : or whitespace"));
    }

    private static Stream<Bad> type(String type) {
        return Stream.of("type", "ipam.type")
                .map(path -> Bad.of(
                        path + " " + type,
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, path + ": invalid plugin name"),
                        (_, good) -> good.set(path, "\"" + type + "\"")));
    }

    static Stream<Bad> types() {
        return Stream.of("../bridge", "/bin/sh", "a/b", "..", ".", "a..b", "a\\\\b", "a\\u0000b")
                .flatMap(BadInputTest::type);
    }

    private static Bad variable(String name, String value, String... words) {
        return Bad.of(
                name + "=" + value,
                "bridge",
                Refusal.of(INVALID_ENVIRONMENT, words),
                (_, good) -> good.with(name, value));
    }

    static Stream<Bad> variables() {
        return Stream.of(
                variable("CNI_COMMAND", "add", "unknown CNI_COMMAND: add", "known are ADD, DEL"),
                variable("CNI_COMMAND", "ADD ", "unknown CNI_COMMAND: ADD "),
                variable("CNI_COMMAND", "PLAN", "unknown CNI_COMMAND: PLAN"),
                variable("CNI_CONTAINERID", "", "required env variables [CNI_CONTAINERID] missing"),
                variable("CNI_NETNS", "", "required env variables [CNI_NETNS] missing"),
                Bad.of(
                        "no variable but the command",
                        "bridge",
                        Refusal.of(
                                INVALID_ENVIRONMENT,
                                "required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME] missing"),
                        (_, good) -> good.without("CNI_CONTAINERID")
                                .without("CNI_NETNS")
                                .without("CNI_IFNAME")),
                Bad.of(
                        "DEL without variables",
                        "ptp",
                        Refusal.of(
                                INVALID_ENVIRONMENT,
                                "required env variables [CNI_CONTAINERID,CNI_IFNAME] missing"),
                        (_, good) -> good.verb("DEL")
                                .without("CNI_CONTAINERID")
                                .without("CNI_NETNS")
                                .without("CNI_IFNAME")),
                variable(
                        "CULVERT_DELETE",
                        "soon",
                        "CULVERT_DELETE",
                        "\"soon\"",
                        "announced, acknowledged or auto"));
    }

    static Stream<Bad> args() {
        return Stream.of(
                variable("CNI_ARGS", "IP", "invalid pair \"IP\""),
                variable("CNI_ARGS", "IP=10.1.0.5=6", "invalid pair"),
                variable("CNI_ARGS", ";", "invalid pair \"\""),
                variable(
                        "CNI_ARGS",
                        "K8S_POD_NAME=web",
                        "unknown args [\"K8S_POD_NAME=web\"]",
                        "IgnoreUnknown=1"),
                variable("CNI_ARGS", "IgnoreUnknown=maybe", "maybe"),
                variable("CNI_ARGS", "MAC=02:00:00:00:00", "CNI_ARGS MAC"),
                Bad.of(
                        "CNI_ARGS with an address that is none",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "CNI_ARGS IP", "10.1.0"),
                        (_, good) -> good.with("CNI_ARGS", "IP=10.1.0")),
                Bad.of(
                        "CNI_ARGS with a group's MAC",
                        "bridge",
                        Refusal.of(INVALID_NETWORK_CONFIG, "CNI_ARGS MAC", "01:00:5e:00:00:01"),
                        (_, good) -> good.with("CNI_ARGS", "MAC=01:00:5e:00:00:01")));
    }

    private static Stream<Bad> netns(String path, String... words) {
        return Stream.of("bridge", "ptp", "loopback")
                .map(plugin -> Bad.of(
                        plugin + " in " + path,
                        plugin,
                        Refusal.of(INVALID_NETNS, words).and(path),
                        (_, good) -> good.with("CNI_NETNS", path)));
    }

    static Stream<Bad> paths() {
        return Stream.of(
                        netns("/run/netns/culvert-none", "ENOENT"),
                        netns("/etc/hostname", "not a network namespace"),
                        netns("/etc/hostname/net", "ENOTDIR"),
                        netns("/tmp", "not a network namespace"),
                        netns("/dev/null", "not a network namespace"),
                        netns("/proc/self/ns/mnt", "not a network namespace"),
                        netns("/proc/thread-self/ns/net", "should not be the same"),
                        netns("/" + "a".repeat(300), "ENAMETOOLONG"))
                .flatMap(bad -> bad);
    }
}
