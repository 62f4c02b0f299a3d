// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.it.Plugins;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonObject;
import dev.culvert.testkit.InNetns;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The examples of the plugins' pages, attached and detached. */
@InNetns(mayLeave = true)
final class ExamplesTest {
    /** What a runtime gives to a plugin with the capability. */
    private static final String PORTS =
            "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}";

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
    @MethodSource("dev.culvert.it.scenario.Stage#plugins")
    void exampleOfThePage_attachesAndDetaches(String plugin) throws IOException {
        List<Call> chain = chain(example(plugin));
        // The chain makes the interface that it tunes.
        Program.sh(
                "ip -n $1 link del eth0 2>/dev/null || true", stage.container().name());
        for (World world : List.of(World.HERE, World.NATIVE)) {
            String result = "null";
            for (Call call : chain) {
                result = world.run(call.set("prevResult", result)).ok().output();
                world.run(call.set("prevResult", result).verb("CHECK")).ok();
            }
            for (Call call : chain.reversed()) {
                Answer deleted = world.run(call.set("prevResult", result).verb("DEL"));
                assertThat(deleted).isEqualTo(new Answer(0, "", ""));
            }
            assertThat(stage.hostLines())
                    .noneMatch(line -> line.contains("\"veth") || line.contains("/data/"));
        }
    }

    /** The text of the page's example, the first one that is JSON. */
    private static JsonObject example(String plugin) throws IOException {
        String page =
                Files.readString(Plugins.checkout().resolve("docs/plugins/" + plugin + ".md"));
        int start =
                page.indexOf("```json\n", page.indexOf("\n## Example\n")) + "```json\n".length();
        return (JsonObject) Json.parse(page.substring(start, page.indexOf("```", start)));
    }

    /**
     * A call for each plugin of a list, as the specification derives them; leases go to the stage's
     * folder.
     */
    private List<Call> chain(JsonObject list) {
        Fields fields = Fields.of(list);
        List<Call> calls = new ArrayList<>();
        JsonArray plugins = list.find("plugins")
                .map(JsonArray.class::cast)
                .orElse(new JsonArray(List.of(list)));
        for (Json plugin : plugins.items()) {
            JsonObject conf = ((JsonObject) plugin)
                    .toBuilder()
                            .put("cniVersion", fields.string("cniVersion", ""))
                            .put("name", fields.string("name", ""))
                            .build();
            String type = Fields.of(conf).string("type", "");
            Call call = stage.add(type).input(conf.compact());
            boolean keepsLeases =
                    Fields.of(conf).object("ipam").string("type", "").equals("host-local");
            call = keepsLeases ? call.set("ipam.dataDir", "\"" + stage.data() + "\"") : call;
            boolean takesPorts = Fields.of(conf).object("capabilities").bool("portMappings", false);
            calls.add(takesPorts ? call.set("runtimeConfig", PORTS) : call);
        }
        return calls;
    }
}
