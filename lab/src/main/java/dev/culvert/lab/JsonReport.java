// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Json;
import dev.culvert.json.JsonArray;
import dev.culvert.json.JsonNumber;
import dev.culvert.json.JsonObject;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/** A report as one JSON object; {@code docs/demo.md} lists its members. */
final class JsonReport {
    private JsonReport() {}

    static JsonObject of(Report report, Options options) {
        JsonObject.Builder builder = JsonObject.builder()
                .put("passed", report.passed())
                .put("plugins", options.bin().toString());
        report.of(Event.Ended.class).forEach(ended -> builder.put("milliseconds", ended.millis()));
        return builder.put("calls", array(report.of(Event.Called.class), JsonReport::call))
                .put("checks", array(report.of(Event.Checked.class), JsonReport::check))
                .build();
    }

    private static <T> JsonArray array(List<T> items, Function<T, Json> json) {
        return new JsonArray(items.stream().map(json).toList());
    }

    private static Json call(Event.Called called) {
        JsonObject.Builder builder = JsonObject.builder()
                .put("verb", called.verb())
                .put("container", called.container())
                .put("network", called.network())
                .put("plugin", called.plugin())
                .put("passed", called.succeeded())
                .put("processMilliseconds", millis(called.processMicros()));
        if (called.log().micros() > 0) {
            builder.put("milliseconds", millis(called.log().micros()));
        }
        if (!called.succeeded()) {
            builder.put("error", called.error());
        }
        return builder.put("plan", JsonArray.ofStrings(called.log().plan()))
                .put("output", called.output())
                .build();
    }

    private static JsonNumber millis(long micros) {
        return new JsonNumber(BigDecimal.valueOf(micros, 3).toPlainString());
    }

    private static Json check(Event.Checked check) {
        return JsonObject.builder()
                .put("check", check.claim())
                .put("passed", check.passed())
                .put("found", check.found())
                .build();
    }
}
