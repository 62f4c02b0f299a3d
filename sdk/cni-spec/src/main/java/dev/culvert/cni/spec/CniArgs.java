// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pairs of CNI_ARGS: {@code IgnoreUnknown=1;K8S_POD_NAME=web;IP=10.1.2.3}.
 *
 * @cni 1.1.0 SPEC "Parameters", CNI_ARGS
 */
public final class CniArgs {
    private static final String IGNORE_UNKNOWN = "IgnoreUnknown";

    private final Map<String, String> values;

    private CniArgs(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the pairs. Names match in their exact case; of a repeated name the last pair counts.
     *
     * @param known the names that the plugin takes
     * @throws CniException INVALID_ENVIRONMENT for text that is no pair, and for names that are not
     *     known unless {@code IgnoreUnknown} is true
     */
    public static CniArgs parse(String text, List<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        boolean ignoreUnknown = false;
        int from = 0;
        while (from <= text.length() && !text.isEmpty()) {
            int semicolon = text.indexOf(';', from);
            int to = semicolon < 0 ? text.length() : semicolon;
            String pair = text.substring(from, to);
            int equals = pair.indexOf('=');
            if (equals < 0 || pair.indexOf('=', equals + 1) >= 0) {
                throw invalid("ARGS: invalid pair \"" + pair + "\"", "CNI_ARGS is K=V;K2=V2");
            }
            String name = pair.substring(0, equals);
            String value = pair.substring(equals + 1);
            if (name.equals(IGNORE_UNKNOWN)) {
                ignoreUnknown = parseBool(value);
            } else if (known.contains(name)) {
                values.put(name, value);
            } else {
                unknown.add("\"" + pair + "\"");
            }
            from = to + 1;
        }
        if (!unknown.isEmpty() && !ignoreUnknown) {
            throw invalid(
                    "ARGS: unknown args [" + String.join(" ", unknown) + "]",
                    "known are " + String.join(", ", known) + "; IgnoreUnknown=1 skips the others");
        }
        return new CniArgs(values);
    }

    /** The value of a name. */
    public Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * The items of a list with commas, without blanks around them; none if the name is not there or
     * has no value.
     */
    public List<String> items(String name) {
        List<String> items = new ArrayList<>();
        String text = find(name).orElse("");
        int from = 0;
        while (from <= text.length() && !text.isEmpty()) {
            int comma = text.indexOf(',', from);
            int to = comma < 0 ? text.length() : comma;
            items.add(text.substring(from, to).trim());
            from = to + 1;
        }
        return items;
    }

    /** Reads {@code 1}, {@code true}, {@code 0} or {@code false} in any case. */
    public static boolean parseBool(String text) {
        if (text.equals("1") || text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equals("0") || text.equalsIgnoreCase("false")) {
            return false;
        }
        throw invalid(
                "boolean unmarshal error: invalid input " + text, "wanted: 1, true, 0 or false");
    }

    private static CniException invalid(String msg, String details) {
        return new CniException(CniErrorCode.INVALID_ENVIRONMENT, msg, details);
    }
}
