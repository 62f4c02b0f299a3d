// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import static dev.culvert.cni.spec.Fixture.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.json.JsonException;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class CniExceptionTest {
    @Test
    void text_isMessageAndDetails() {
        assertThat(new CniException(CniErrorCode.INTERNAL, "m")).hasMessage("m");
        assertThat(new CniException(CniErrorCode.INTERNAL, "m", "d")).hasMessage("m; d");
        assertThat(new CniException(CniErrorCode.INTERNAL, "m", "d").withDetails("e"))
                .hasMessage("m; d; e");
    }

    @Test
    void object_leavesEmptyDetailsOut() {
        CniException error = new CniException(CniErrorCode.INVALID_ENVIRONMENT, "m");

        assertThat(error.encode("1.0.0").compact())
                .isEqualTo("{\"cniVersion\":\"1.0.0\",\"code\":4,\"msg\":\"m\"}");
        assertThat(error.withDetails("d").encode("1.0.0").compact())
                .endsWith("\"msg\":\"m\",\"details\":\"d\"}");
    }

    @Test
    void foreignObject_keepsItsCode() {
        CniException error = CniException.decode(
                fields("{\"code\":417,\"msg\":\"pool\",\"details\":\"x\",\"new\":1}")
                        .object());

        assertThat(error.code()).isEqualTo(417);
        assertThat(error).hasMessage("pool; x");
        assertThat(CniErrorCode.find(417)).isEmpty();
    }

    @Test
    void objectOfWrongTypes_isRefused() {
        assertThatThrownBy(() -> CniException.decode(fields("{\"code\":\"7\"}").object()))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("code: ");
    }

    @Test
    void documentedCodes_areTheEnum() throws Exception {
        List<String> documented = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../../docs/errors.md"))) {
            String[] cells = line.split("\\|");
            if (cells.length == 5 && cells[2].contains("`")) {
                documented.add(cells[1].strip() + " " + cells[2].strip().replace("`", ""));
                assertThat(cells[3].strip()).as("meaning of " + cells[1]).isNotEmpty();
                assertThat(cells[4].strip()).as("cure of " + cells[1]).isNotEmpty();
            }
        }

        List<String> codes = new ArrayList<>();
        for (CniErrorCode code : CniErrorCode.values()) {
            codes.add(code.number() + " " + code.name());
        }
        assertThat(documented).isEqualTo(codes);
    }
}
