// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;
import dev.culvert.testkit.InNetns;
import dev.culvert.testkit.Mutations;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls that are wrong at random, on a real kernel: the classes and the binary answer the same, and
 * never find a bug.
 */
@InNetns(mounts = true, mayLeave = true)
final class TwoWorldsTest {
    private static final int CALLS = Integer.getInteger("culvert.calls", 300);
    private static final long SEED = Long.getLong("culvert.seed", 20_260_101);
    /** Settings of the kernel at random would change what later calls do. */
    private static final List<String> PLUGINS = Stage.plugins()
            .filter(name -> PluginUnderTest.of(name).sort() != PluginUnderTest.Sort.CHAINED)
            .toList();

    private static final List<String> VERBS =
            List.of("ADD", "ADD", "ADD", "ADD", "CHECK", "DEL", "GC", "STATUS");
    private static final List<String> ARGS = List.of(
            "",
            "",
            "",
            "IP=10.1.0.3",
            "IP=10.1.0.3/24;GATEWAY=10.1.0.1",
            "MAC=02:00:00:00:00:04",
            "IgnoreUnknown=1;IP=,;GATEWAY=,",
            "IP=x");

    @Test
    void callsThatAreWrongAtRandom_areAnsweredTheSame() {
        // Where leases go when their folder is no longer named.
        Program.sh("mkdir -p /var/lib/cni && mount -t tmpfs none /var/lib/cni");
        Mutations random = new Mutations(SEED);
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        Stage stage = new Stage();
        try {
            for (int i = 0; i < CALLS; i++) {
                Call call = call(stage, random);
                String what = "call " + i + " of seed " + SEED + ": " + call;
                boolean clean = answer(World.HERE, stage, call).clean;
                Result here = answer(World.HERE, stage, call);
                Result binary = answer(World.NATIVE, stage, call);

                assertThat(binary.answer).as(what).isEqualTo(here.answer);
                assertThat(here.answer.output()).as(what).doesNotContain("\"code\": 999");
                outcomes.merge(
                        call.environment().get("CNI_COMMAND") + " " + here.answer.code(),
                        1,
                        Integer::sum);
                if (!(clean && here.clean && binary.clean)) {
                    stage.close();
                    stage = new Stage();
                }
            }
        } finally {
            stage.close();
        }
        assertThat(outcomes.keySet())
                .as("%s", outcomes)
                .contains("ADD 0", "ADD 1", "CHECK 1", "DEL 0", "GC 0", "STATUS 0");
    }

    private static Call call(Stage stage, Mutations random) {
        Call good = Keys.full(stage.add(random.pick(PLUGINS)));
        Call call = good.input(random.bytes(good.conf()))
                .verb(random.pick(VERBS))
                .with("CNI_ARGS", random.pick(ARGS));
        try {
            // Files must stay in the stage's folder, whatever has become of the configuration.
            if (Json.parse(call.text()) instanceof JsonObject conf) {
                boolean hasIpam =
                        conf.find("ipam").filter(JsonObject.class::isInstance).isPresent();
                Call safe = hasIpam ? call.set("ipam.dataDir", "\"" + stage.data() + "\"") : call;
                return safe.conf().mentions("culvert") ? safe.set("culvert", "{}") : safe;
            }
        } catch (JsonException _) {
            // It is refused as it is.
        }
        return call;
    }

    /** What was answered, without what is random in it, and whether everything is as before. */
    private record Result(Answer answer, boolean clean) {}

    private static Result answer(World world, Stage stage, Call call) {
        stage.forgetLeases();
        Answer answer = world.run(call);
        boolean clean = answer.code() != 0
                || !call.environment().get("CNI_COMMAND").equals("ADD")
                || World.NATIVE.run(call.verb("DEL")).code() == 0;
        String output = answer.output().replaceAll("([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC");
        return new Result(new Answer(answer.code(), output, answer.error()), clean);
    }
}
