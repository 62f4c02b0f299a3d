// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

/** Something on this host is not what the configuration asks for, and is not ours to change. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String cure;

    /**
     * From what was found and what can be done.
     *
     * @param message object, found and wanted
     * @param cure what an administrator can do, as an imperative
     */
    public ConflictException(String message, String cure) {
        super(message);
        this.cure = cure;
    }

    public String cure() {
        return cure;
    }
}
