// SPDX-License-Identifier: Apache-2.0
package dev.culvert.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.culvert.json.Fields.Range;

import org.junit.jupiter.api.Test;

import java.util.List;

class FieldsTest {
    @Test
    void presentMembers_areReadByType() {
        Fields fields =
                fields("{\"s\":\"x\",\"b\":true,\"n\":1500,\"o\":{\"in\":1},\"l\":[\"p\",\"q\"]}");

        assertThat(fields.string("s", "")).isEqualTo("x");
        assertThat(fields.bool("b", false)).isTrue();
        assertThat(fields.integer("n", 0, Range.INT)).isEqualTo(1500);
        assertThat(fields.object("o").integer("in", 0, Range.U32)).isEqualTo(1);
        assertThat(fields.strings("l")).containsExactly("p", "q");
        assertThat(fields.has("s")).isTrue();
    }

    @Test
    void absentAndNullMembers_giveTheDefault() {
        Fields fields = fields("{\"s\":null,\"l\":null,\"o\":null}");

        assertThat(fields.string("s", "d")).isEqualTo("d");
        assertThat(fields.bool("b", true)).isTrue();
        assertThat(fields.integer("n", -1, Range.INT)).isEqualTo(-1);
        assertThat(fields.list("l")).isEmpty();
        assertThat(fields.strings("m")).isEmpty();
        assertThat(fields.object("o").object().isEmpty()).isTrue();
        assertThat(fields.has("s")).isFalse();
    }

    @Test
    void otherCase_isFoundAndTheLastSpellingWins() {
        assertThat(fields("{\"bandWidth\":1}").has("bandwidth")).isTrue();
        assertThat(fields("{\"type\":\"a\",\"Type\":\"b\"}").string("type", "")).isEqualTo("b");
        assertThat(fields("{\"Type\":\"b\",\"type\":\"a\"}").string("type", "")).isEqualTo("a");
        assertThat(fields("{\"type\":\"a\",\"Type\":null}").string("type", "")).isEqualTo("a");
        assertThat(fields("{\"types\":1}").has("type")).isFalse();
    }

    @Test
    void mentions_seesNullToo() {
        assertThat(fields("{\"A\":null}").object().mentions("a")).isTrue();
        assertThat(fields("{\"b\":null}").object().mentions("a")).isFalse();
    }

    @Test
    void wrongTypes_arePointedAt() {
        Fields ipam = fields(
                        "{\"ipam\":{\"type\":5,\"ranges\":[[{},{\"subnet\":true}]],\"b\":\"yes\",\"l\":{}}}")
                .object("ipam");

        assertThatThrownBy(() -> ipam.string("type", ""))
                .hasMessage("ipam.type: a string is wanted, found the number 5");
        assertThatThrownBy(() -> ipam.bool("b", false))
                .hasMessage("ipam.b: true or false is wanted, found the string \"yes\"");
        assertThatThrownBy(() -> ipam.list("l"))
                .hasMessage("ipam.l: a list is wanted, found an object");
        assertThatThrownBy(() -> ipam.object("ranges"))
                .hasMessage("ipam.ranges: an object is wanted, found a list");
        List<Field> ranges = ipam.list("ranges").getFirst().list();
        JsonException error = catchThrowableOfType(
                JsonException.class, () -> ranges.get(1).object().string("subnet", ""));
        assertThat(error.path()).isEqualTo("ipam.ranges[0][1].subnet");
        assertThat(error).hasMessage("ipam.ranges[0][1].subnet: a string is wanted, found true");
    }

    @Test
    void numbersOutsideTheRange_arePointedAt() {
        Fields fields = fields("{\"n\":70000,\"f\":1.5,\"m\":-1,\"big\":18446744073709551616}");
        Range port = new Range(0, 65535);

        assertThatThrownBy(() -> fields.integer("n", 0, port))
                .hasMessage("n: a whole number from 0 to 65535 is wanted, found the number 70000");
        assertThatThrownBy(() -> fields.integer("f", 0, port))
                .hasMessageEndingWith("found the number 1.5");
        assertThatThrownBy(() -> fields.integer("m", 0, port))
                .hasMessageEndingWith("found the number -1");
        assertThatThrownBy(() -> fields.integer("big", 0, port)).isInstanceOf(JsonException.class);
    }

    private static Fields fields(String text) {
        return Fields.of((JsonObject) Json.parse(text));
    }
}
