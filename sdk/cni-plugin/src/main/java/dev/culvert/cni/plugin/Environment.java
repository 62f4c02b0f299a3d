// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniNames;
import dev.culvert.sys.Libc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The process's environment and the variables that we read.
 *
 * @cni 1.1.0 SPEC "Parameters"
 */
final class Environment {
    static final String COMMAND = "CNI_COMMAND";
    static final String CONTAINER_ID = "CNI_CONTAINERID";
    static final String NETNS = "CNI_NETNS";
    static final String IFNAME = "CNI_IFNAME";
    static final String ARGS = "CNI_ARGS";
    static final String PATH = "CNI_PATH";
    /** Allows the plugin's own namespace as CNI_NETNS. */
    static final String NETNS_OVERRIDE = "CNI_NETNS_OVERRIDE";

    static final String DEBUG = "CULVERT_DEBUG";
    static final String DELETE = "CULVERT_DELETE";
    static final String LOG = "CULVERT_LOG";
    /** How many programs of ours have been started by one another; one digit. */
    static final String DEPTH = "CULVERT_DEPTH";

    private final String[] variables;

    Environment(String[] variables) {
        this.variables = variables;
    }

    static Environment of(Libc libc) {
        return new Environment(libc.environ());
    }

    /**
     * The value of a variable, of the first one where a name is repeated, as for the reference;
     * empty if it is not set.
     */
    String get(String name) {
        for (String variable : variables) {
            if (variable.length() > name.length()
                    && variable.charAt(name.length()) == '='
                    && variable.startsWith(name)) {
                return variable.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** Whether a switch is on: {@code 1} or {@code true}. */
    boolean isOn(String name) {
        String value = get(name);
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    /** How many of ours are waiting for this process; whatever is no digit counts as none. */
    int depth() {
        String text = get(DEPTH);
        char digit = text.length() == 1 ? text.charAt(0) : '0';
        return digit >= '0' && digit <= '9' ? digit - '0' : 0;
    }

    /** The folders of CNI_PATH; an empty entry is no folder. */
    List<String> path() {
        List<String> folders = new ArrayList<>();
        String text = get(PATH);
        int from = 0;
        while (from < text.length()) {
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            if (to > from) {
                folders.add(text.substring(from, to));
            }
            from = to + 1;
        }
        return folders;
    }

    /**
     * This environment with another verb, for a plugin that we run. A repeated name goes on once,
     * since a shell would take the last value where we took the first.
     */
    String[] withCommand(Verb verb) {
        List<String> copy = new ArrayList<>(variables.length + 2);
        copy.add(COMMAND + "=" + verb.name());
        copy.add(DEPTH + "=" + Math.min(depth() + 1, 9));
        Set<String> names = new LinkedHashSet<>();
        names.add(COMMAND);
        names.add(DEPTH);
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals < 0 || names.add(variable.substring(0, equals))) {
                copy.add(variable);
            }
        }
        return copy.toArray(new String[0]);
    }

    /** Throws for the first malformed variable, else for all missing ones together. */
    void require(Verb verb) {
        List<String> missing = new ArrayList<>();
        for (String name : verb.required()) {
            String value = get(name);
            if (value.isEmpty()) {
                missing.add(name);
            } else if (name.equals(CONTAINER_ID)) {
                CniNames.checkContainerId(value);
            } else if (name.equals(IFNAME)) {
                CniNames.checkIfname(value);
            }
        }
        if (!missing.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    "required env variables [" + String.join(",", missing) + "] missing",
                    verb + " cannot go without them");
        }
    }
}
