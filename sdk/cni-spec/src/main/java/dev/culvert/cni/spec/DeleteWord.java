// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

/** The words for when DEL takes a link for gone; what each means is the plugin's business. */
public enum DeleteWord {
    ANNOUNCED,
    ACKNOWLEDGED,
    AUTO;

    /**
     * Reads a word; none is {@code auto}.
     *
     * @param where what an error names
     * @param wrong the code for a word that is none of these
     */
    public static DeleteWord parse(String word, String where, CniErrorCode wrong) {
        return switch (word) {
            case "announced" -> ANNOUNCED;
            case "acknowledged" -> ACKNOWLEDGED;
            case "auto", "" -> AUTO;
            default ->
                throw new CniException(
                        wrong,
                        where + ": unknown delete mode \"" + word + "\"",
                        "wanted: announced, acknowledged or auto");
        };
    }
}
