// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.base.Utf8;

/**
 * Checks of the names that a caller gives. Each throws a {@link CniException} that says what is
 * wrong.
 *
 * @cni 1.1.0 SPEC "Network configuration", "Parameters"
 */
public final class CniNames {
    /** The longest name of an interface, in bytes. @kernel include/uapi/linux/if.h, IFNAMSIZ - 1 */
    public static final int MAX_IFNAME_BYTES = 15;

    private static final String WANTED =
            "wanted: letters, digits, \"_\", \".\" and \"-\", with a letter or digit first";

    private CniNames() {}

    /** Code 3 if the container id is empty, code 4 if it has other characters. */
    public static void checkContainerId(String id) {
        if (id.isEmpty()) {
            throw new CniException(CniErrorCode.UNKNOWN_CONTAINER, "missing containerID");
        }
        if (!isName(id)) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT,
                    "invalid characters in containerID",
                    "found \"" + id + "\"; " + WANTED);
        }
    }

    /** Code 7 if the network's name is empty or has other characters. */
    public static void checkNetworkName(String name) {
        if (name.isEmpty()) {
            throw new CniException(CniErrorCode.INVALID_NETWORK_CONFIG, "missing network name");
        }
        if (!isName(name)) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    "invalid characters found in network name",
                    "found \"" + name + "\"; " + WANTED);
        }
    }

    /** Code 4 if the kernel could not take the name for an interface. */
    public static void checkIfname(String ifname) {
        String problem = ifnameProblem(ifname);
        if (!problem.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INVALID_ENVIRONMENT, problem, "CNI_IFNAME is \"" + ifname + "\"");
        }
    }

    /**
     * Code 7 if a plugin's type could lead out of the folders of CNI_PATH; empty is fine.
     * (CVE-2021-20206)
     */
    public static void checkPluginType(String path, String type) {
        if (type.indexOf('/') >= 0
                || type.indexOf('\\') >= 0
                || type.equals(".")
                || type.contains("..")
                || type.indexOf('\0') >= 0) {
            throw new CniException(
                    CniErrorCode.INVALID_NETWORK_CONFIG,
                    path + ": invalid plugin name \"" + type + "\"",
                    "a type is a file name, without path separators and \"..\"");
        }
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric =
                    c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean inside = i > 0 && (c == '_' || c == '.' || c == '-');
            if (!alphanumeric && !inside) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static String ifnameProblem(String ifname) {
        if (ifname.isEmpty()) {
            return "interface name is empty";
        }
        if (Utf8.encode(ifname).length > MAX_IFNAME_BYTES) {
            return "interface name is too long, more than " + MAX_IFNAME_BYTES + " bytes";
        }
        if (ifname.equals(".") || ifname.equals("..")) {
            return "interface name is . or ..";
        }
        for (int i = 0; i < ifname.length(); i++) {
            char c = ifname.charAt(i);
            if (c == '/' || c == ':' || isSpace(c)) {
                return "interface name contains / or : or whitespace characters";
            }
        }
        return "";
    }

    /** Unicode's property White_Space. */
    private static boolean isSpace(char c) {
        return c == ' '
                || c >= 0x9 && c <= 0xd
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200a
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }
}
