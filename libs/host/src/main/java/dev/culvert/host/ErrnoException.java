// SPDX-License-Identifier: Apache-2.0
package dev.culvert.host;

import dev.culvert.sys.Errno;

/**
 * The kernel refused: what was tried, on which object, and what it said. Immutable.
 *
 * <p>The message reads {@code create veth vethab12: EEXIST (File exists): interface name in use}.
 */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String operation;
    private final String object;
    private final int number;
    private final String kernelMessage;

    /**
     * Without words of the kernel's own.
     *
     * @param operation verb and noun, in lower case: {@code create veth}
     * @param object what it was done to: a path, a link's name
     * @param negatedErrno the answer of a {@link dev.culvert.sys.Libc} call: below zero
     */
    public ErrnoException(String operation, String object, int negatedErrno) {
        this(operation, object, negatedErrno, "");
    }

    /**
     * With words of the kernel's own, or of ours where the number alone says too little.
     *
     * @param kernelMessage empty if there are none
     */
    public ErrnoException(String operation, String object, int negatedErrno, String kernelMessage) {
        super(operation + " " + object + ": " + Errno.describe(negatedErrno)
                + (kernelMessage.isEmpty() ? "" : ": " + kernelMessage));
        this.operation = operation;
        this.object = object;
        this.number = negatedErrno < 0 ? -negatedErrno : negatedErrno;
        this.kernelMessage = kernelMessage;
    }

    /** Verb and noun. */
    public String operation() {
        return operation;
    }

    /** The path or name. */
    public String object() {
        return object;
    }

    /** The error by name; {@link Errno#UNKNOWN} for a number without one. */
    public Errno errno() {
        return Errno.of(number);
    }

    /** The positive number. */
    public int number() {
        return number;
    }

    /** The kernel's own words; empty if it gave none. */
    public String kernelMessage() {
        return kernelMessage;
    }

    /** Whether this is that error. */
    public boolean is(Errno errno) {
        return errno.number() == number;
    }
}
