// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.base.Utf8;
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
    /** Says to a program that it was started to give addresses. */
    static final String IPAM = "CULVERT_IPAM";

    /** Paths that we open; a name with another byte in it would be another file's. */
    private static final List<String> PATHS = List.of(NETNS, PATH);

    private final byte[][] variables;

    Environment(byte[][] variables) {
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
        byte[] variable = find(name);
        int from = name.length() + 1;
        return variable.length == 0 ? "" : Utf8.decode(variable, from, variable.length - from);
    }

    /** The whole entry; none is empty. */
    private byte[] find(String name) {
        for (byte[] variable : variables) {
            if (nameLength(variable) == name.length() && name.equals(name(variable))) {
                return variable;
            }
        }
        return new byte[0];
    }

    /** What stands before the equals sign; -1 without one. */
    private static int nameLength(byte[] variable) {
        for (int i = 0; i < variable.length; i++) {
            if (variable[i] == '=') {
                return i;
            }
        }
        return -1;
    }

    /** A character for each byte, so that different names stay different. */
    private static String name(byte[] variable) {
        char[] chars = new char[nameLength(variable)];
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) (variable[i] & 0xff);
        }
        return new String(chars);
    }

    /** Whether a switch is on: {@code 1} or {@code true}. */
    boolean isOn(String name) {
        String value = get(name);
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    /** The folders of CNI_PATH; an empty entry is no folder. */
    List<String> pluginFolders() {
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
     * This environment with another verb, for an IPAM plugin that we run; the rest goes on byte for
     * byte. A repeated name goes on once, since a shell would take the last value where we took the
     * first.
     */
    byte[][] withCommand(Verb verb) {
        List<byte[]> copy = new ArrayList<>(variables.length + 2);
        copy.add(Utf8.encode(COMMAND + "=" + verb.name()));
        copy.add(Utf8.encode(IPAM + "=1"));
        Set<String> names = new LinkedHashSet<>();
        names.add(COMMAND);
        names.add(IPAM);
        for (byte[] variable : variables) {
            if (nameLength(variable) < 0 || names.add(name(variable))) {
                copy.add(variable);
            }
        }
        return copy.toArray(new byte[0][]);
    }

    /** Throws for the first malformed variable, else for all missing ones together. */
    void require(Verb verb) {
        List<String> missing = new ArrayList<>();
        for (String name : verb.required()) {
            requireText(name);
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
        if (verb != Verb.VERSION) {
            PATHS.forEach(this::requireText);
        }
    }

    /** Two names that differ in bytes which are no text would be one name to us. */
    private void requireText(String name) {
        if (!Utf8.isText(find(name))) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    name + ": bytes that are no UTF-8",
                    "found \"" + get(name) + "\"");
        }
    }
}
