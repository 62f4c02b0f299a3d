// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys;

/**
 * Something on this host is not what was asked for, and is not ours to change; no call was refused.
 */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of conflict. */
    public enum Kind {
        /** A shared object is not what the configuration asks for. */
        DIFFERS,
        /** The attachment, or its interface, is there already. */
        EXISTS,
        /** A limit of the kernel is reached. */
        FULL,
        /** A host port leads to another attachment. */
        PORT_TAKEN
    }

    private final Kind kind;
    private final String cure;

    /**
     * From what was found and what can be done.
     *
     * @param kind for callers that tell kinds apart
     * @param message object, found and wanted
     * @param cure what an administrator can do, as an imperative
     */
    public ConflictException(Kind kind, String message, String cure) {
        super(message);
        this.kind = kind;
        this.cure = cure;
    }

    public Kind kind() {
        return kind;
    }

    public String cure() {
        return cure;
    }
}
