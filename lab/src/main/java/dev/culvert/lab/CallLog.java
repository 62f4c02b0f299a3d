// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonNumber;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plugin wrote about one call to the file that CULVERT_LOG names.
 *
 * @param micros how long the call took, as the plugin measured it; 0 if it keeps no log
 * @param plan its steps in the words of ip(8) and nft(8)
 */
record CallLog(long micros, List<String> plan) {
    static final CallLog NONE = new CallLog(0, List.of());

    CallLog {
        plan = List.copyOf(plan);
    }

    /**
     * Reads a log of a single call; more than one line means that the plugin called others, and the
     * last is its own.
     */
    static CallLog read(Path file) {
        try {
            return Files.exists(file) ? parse(Files.readString(file)) : NONE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CallLog parse(String text) {
        long micros = 0;
        List<String> plan = new ArrayList<>();
        for (String line : text.lines().toList()) {
            try {
                Fields fields = new Field("", Json.parse(line)).object();
                micros = fields.find("milliseconds").map(CallLog::micros).orElse(0L);
                plan.addAll(fields.strings("plan"));
            } catch (JsonException e) {
                plan.add("(a line of the log is not readable: " + e.getMessage() + ")");
            }
        }
        return new CallLog(micros, plan);
    }

    private static long micros(Field milliseconds) {
        return milliseconds.json() instanceof JsonNumber number
                ? new BigDecimal(number.text()).movePointRight(3).longValue()
                : 0;
    }
}
