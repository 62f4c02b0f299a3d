// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.json.Fields;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a call is refused: with exactly one error object, with this code and these words in it, with
 * exit code 1, with nothing on standard error, with nothing changed; the same on the JVM and by the
 * binary.
 */
record Refusal(int code, List<String> words) {
    static Refusal of(CniErrorCode code, String... words) {
        return foreign(code.number(), words);
    }

    /** With the code that another plugin chose. */
    static Refusal foreign(int code, String... words) {
        return new Refusal(code, List.of(words));
    }

    /** With one more word. */
    Refusal and(String word) {
        List<String> all = new ArrayList<>(words);
        all.add(word);
        return new Refusal(code, all);
    }

    /** Makes the call in both worlds. */
    void require(Stage stage, Call call) {
        Snapshot before = stage.snapshot();
        Answer here = World.HERE.run(call);
        Answer binary = World.NATIVE.run(call);

        check(call, here);
        assertThat(binary).as("the binary and the JVM: %s", call).isEqualTo(here);
        assertThat(stage.snapshot().since(before)).as("what %s changed", call).isEmpty();
    }

    /** Looks at one answer. */
    void check(Call call, Answer answer) {
        assertThat(answer.code()).as("%s: %s", call, answer).isEqualTo(1);
        assertThat(answer.error()).as("%s: %s", call, answer).isEmpty();
        JsonObject error = answer.json();
        Fields fields = Fields.of(error);
        assertThat(error.members().keySet())
                .as("%s", answer)
                .startsWith("cniVersion", "code", "msg")
                .isSubsetOf(Set.of("cniVersion", "code", "msg", "details"));
        assertThat(fields.string("cniVersion", ""))
                .as("%s", answer)
                .isIn(version(call), CniVersion.LATEST.text());
        assertThat(fields.integer("code", 0, Fields.Range.INT))
                .as("%s: %s", call, answer)
                .isEqualTo(code);
        assertThat(fields.string("msg", "") + "; " + fields.string("details", ""))
                .as("%s", call)
                .contains(words);
    }

    /** As configured; the newest one if that can't be told. */
    private static String version(Call call) {
        try {
            String version = Fields.of(call.conf()).string("cniVersion", "");
            return version.isEmpty() ? "0.1.0" : version;
        } catch (JsonException | ClassCastException _) {
            return CniVersion.LATEST.text();
        }
    }
}
