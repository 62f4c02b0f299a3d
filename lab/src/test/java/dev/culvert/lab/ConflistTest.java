// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class ConflistTest {
    private static final String TWO_PLUGINS = """
            {"cniVersion": "1.0.0", "name": "net", "disableCheck": true, "plugins": [
              {"type": "bridge", "mtu": 1400, "ipam": {"type": "dhcp"}, "cniVersion": "0.3.1"},
              {"type": "portmap", "capabilities": {"portMappings": true}}]}
            """;

    private static Conflist list(String text) {
        return Conflist.parse("10-net.conflist", text);
    }

    @Test
    void pluginWithoutPrevResult_getsItsObjectWithNameAndVersionOfTheList() {
        Conflist list = list(TWO_PLUGINS);

        JsonObject stdin = list.stdin(list.plugins().getFirst(), Optional.empty());

        assertThat(stdin.compact())
                .isEqualTo("{\"type\":\"bridge\",\"mtu\":1400,\"ipam\":{\"type\":\"dhcp\"},"
                        + "\"cniVersion\":\"1.0.0\",\"name\":\"net\"}");
    }

    @Test
    void pluginWithCapabilities_getsThePrevResultAndNotThem() {
        Conflist list = list(TWO_PLUGINS);
        JsonObject result = (JsonObject) Json.parse("{\"cniVersion\":\"1.0.0\",\"ips\":[]}");

        JsonObject stdin = list.stdin(list.plugins().getLast(), Optional.of(result));

        assertThat(stdin.compact())
                .isEqualTo("{\"type\":\"portmap\",\"cniVersion\":\"1.0.0\",\"name\":\"net\","
                        + "\"prevResult\":{\"cniVersion\":\"1.0.0\",\"ips\":[]}}");
    }

    @Test
    void ownLists_keepTheirText() {
        assertThat(Conflist.load("10-web.conflist").text())
                .startsWith("{\n  \"cniVersion\": \"1.0.0\"");
        assertThat(Conflist.load("20-ptp.conflist").name()).isEqualTo("ptp");
    }

    @Test
    void listWithoutName_isRefusedByPath() {
        assertThatThrownBy(() -> list("{\"plugins\":[{\"type\":\"bridge\"}]}"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("name");
    }

    @Test
    void listWithoutPlugins_isRefused() {
        assertThatThrownBy(() -> list("{\"name\":\"net\",\"plugins\":[]}"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("plugins");
    }

    @Test
    void typeThatLeavesTheFolder_isRefusedByPath() {
        assertThatThrownBy(() -> list("{\"name\":\"net\",\"plugins\":[{\"type\":\"../sh\"}]}"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("plugins[0].type");
    }

    @Test
    void absentFile_isNamed() {
        assertThatThrownBy(() -> Conflist.load("99-none.conflist"))
                .hasMessageContaining("99-none.conflist");
    }
}
