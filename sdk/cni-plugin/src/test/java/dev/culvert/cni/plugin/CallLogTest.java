// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;
import dev.culvert.sys.Errno;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class CallLogTest {
    private final RecordingPlugin plugin = new RecordingPlugin();

    @TempDir
    private Path folder;

    @Test
    void link_isNotFollowed_andTheCallGoesOn() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "of root");
        Path dangling = Files.createSymbolicLink(folder.resolve("new"), folder.resolve("made"));
        Path link = Files.createSymbolicLink(folder.resolve("log"), victim);

        for (Path path : List.of(link, dangling)) {
            assertThat(Script.of("DEL")
                            .set("CULVERT_LOG", path.toString())
                            .run(plugin)
                            .exitCode())
                    .isZero();
        }

        assertThat(victim).hasContent("of root");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void everyCall_appendsALine() throws Exception {
        plugin.body = request -> {
            request.log().plan("ip link add x");
            request.log().plan(List.of("nft add table", "ip \"quoted\""));
        };
        Path log = folder.resolve("log");

        Script.of("DEL")
                .set("CULVERT_LOG", log.toString())
                .set("CNI_NETNS", "/gone")
                .run(plugin);
        Script.of("VERSION").set("CULVERT_LOG", log.toString()).run(plugin);

        List<Fields> lines = lines(log);
        assertThat(lines).hasSize(2);
        Fields del = lines.getFirst();
        assertThat(del.object().members().keySet())
                .containsExactly(
                        "time",
                        "verb",
                        "plugin",
                        "network",
                        "containerId",
                        "ifname",
                        "netns",
                        "milliseconds",
                        "plan",
                        "outcome");
        assertThat(del.string("verb", "")).isEqualTo("DEL");
        assertThat(del.string("plugin", "")).isEqualTo("recording");
        assertThat(del.string("network", "")).isEqualTo("net");
        assertThat(del.string("containerId", "")).isEqualTo("c1");
        assertThat(del.string("ifname", "")).isEqualTo("eth0");
        assertThat(del.string("netns", "")).isEqualTo("/gone");
        assertThat(del.strings("plan"))
                .containsExactly("ip link add x", "nft add table", "ip \"quoted\"");
        assertThat(del.find("milliseconds").orElseThrow().json().compact())
                .matches("\\d+\\.\\d{3}");
        assertThat(del.string("outcome", "")).isEqualTo("ok");
        assertThat(Instant.parse(del.string("time", "")))
                .isBetween(Instant.now().minusSeconds(600), Instant.now());
        assertThat(lines.get(1).string("verb", "")).isEqualTo("VERSION");
    }

    @Test
    void failedCall_isLoggedWithItsError() throws Exception {
        plugin.body = request -> {
            throw new CniException(CniErrorCode.NO_FREE_ADDRESS, "all taken", "long");
        };
        Path log = folder.resolve("log");

        Script.of("DEL").set("CULVERT_LOG", log.toString()).run(plugin);
        Script.of("ADD").unset("CNI_IFNAME").set("CULVERT_LOG", log.toString()).run(plugin);

        assertThat(lines(log).getFirst().object("outcome").object().compact())
                .isEqualTo("{\"code\":100,\"msg\":\"all taken\"}");
        assertThat(lines(log).get(1).object("outcome").string("msg", "")).contains("CNI_IFNAME");
    }

    @Test
    void configuredFile_isUsedUnlessTheVariableNamesAnother() throws Exception {
        Path configured = folder.resolve("configured");
        Path other = folder.resolve("other");
        String conf = new JsonObjectText(configured).text();

        Script.of("DEL").stdin(conf).run(plugin);
        Script.of("DEL").stdin(conf).set("CULVERT_LOG", other.toString()).run(plugin);

        assertThat(lines(configured)).hasSize(1);
        assertThat(lines(other)).hasSize(1);
    }

    private record JsonObjectText(Path log) {
        String text() {
            return "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"culvert\":{\"log\":"
                    + new JsonString(log.toString()).compact() + "}}";
        }
    }

    @Test
    void unwritableLog_failsNoCall() {
        Script noFolder = Script.of("DEL").set("CULVERT_LOG", folder + "/a/b").run(plugin);
        Script full = Script.of("DEL")
                .set("CULVERT_LOG", folder + "/log")
                .faults(fault -> fault.fail("write", 1, Errno.ENOSPC))
                .run(plugin);

        assertThat(noFolder.exitCode()).isZero();
        assertThat(noFolder.output()).isEmpty();
        assertThat(noFolder.error()).startsWith("append to log ").contains("ENOENT");
        assertThat(full.exitCode()).isZero();
        assertThat(full.error()).contains("ENOSPC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00.000Z",
                "2000-02-29T23:59:59.999Z",
                "2024-02-29T12:00:00.001Z",
                "2025-12-31T23:59:59.000Z",
                "2026-01-01T00:00:00.500Z",
                "2026-03-01T00:00:00.000Z",
                "2100-02-28T01:02:03.040Z",
                "2100-03-01T01:02:03.040Z"
            })
    void time_isRfc3339(String text) {
        Instant instant = Instant.parse(text);

        assertThat(CallLog.time(instant.getEpochSecond() * 1_000_000_000L + instant.getNano()))
                .isEqualTo(text);
    }

    private static List<Fields> lines(Path log) throws Exception {
        List<Fields> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            lines.add(Fields.of((JsonObject) Json.parse(line)));
        }
        return lines;
    }
}
