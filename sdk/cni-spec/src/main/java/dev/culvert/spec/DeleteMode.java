// SPDX-License-Identifier: Apache-2.0
package dev.culvert.spec;

/** When DEL takes a link for gone: {@code "culvert": {"delete": ...}} or CULVERT_DELETE. */
public enum DeleteMode {
    /** When the kernel has announced that both ends are gone. */
    ANNOUNCED("announced"),
    /** When the kernel has answered the request, some 20 ms later. */
    ACKNOWLEDGED("acknowledged"),
    /** Announced where process 1 is known to reap orphans, else acknowledged; the default. */
    AUTO("auto");

    private final String text;

    DeleteMode(String text) {
        this.text = text;
    }

    /** The word in the configuration. */
    public String text() {
        return text;
    }

    /**
     * Reads the word.
     *
     * @param where the path or variable that it comes from
     * @throws CniException INVALID_NETWORK_CONFIG for any other word
     */
    public static DeleteMode parse(String text, String where) {
        for (DeleteMode mode : values()) {
            if (mode.text.equals(text)) {
                return mode;
            }
        }
        throw new CniException(CniErrorCode.INVALID_NETWORK_CONFIG,
                where + ": unknown delete mode \"" + text + "\"",
                "wanted: announced, acknowledged or auto");
    }
}
