// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys;

import java.util.List;

/**
 * An operation on this host that the kernel refused: what was tried, on which object, and the
 * kernel's answer.
 */
public final class ErrnoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String operation;
    private final String object;
    private final int number;
    private final String detail;

    /** From what was tried, on what, and the number, negated or not. */
    public ErrnoException(String operation, String object, int errno) {
        this(operation, object, errno, "");
    }

    private ErrnoException(String operation, String object, int errno, String detail) {
        super(operation + (object.isEmpty() ? "" : " " + object) + ": " + Errno.describe(errno)
                + detail);
        this.operation = operation;
        this.object = object;
        this.number = errno < 0 ? -errno : errno;
        this.detail = detail;
    }

    /**
     * With the kernel's own words.
     *
     * @param operation verb and noun, "create link"
     * @param object its name, possibly empty
     * @param errno the number, negated or not
     * @param message the extended acknowledgement's text, possibly empty
     */
    public static ErrnoException ofKernel(
            String operation, String object, int errno, String message) {
        return new ErrnoException(
                operation, object, errno, message.isEmpty() ? "" : ": kernel: " + message);
    }

    /** With words of this program that say why. */
    public static ErrnoException because(
            String operation, String object, int errno, String reason) {
        return new ErrnoException(operation, object, errno, ": " + reason);
    }

    /**
     * Throws the first of several collected errors, with the others suppressed; does nothing if the
     * list is empty.
     */
    public static void throwFirst(List<ErrnoException> refusals) {
        if (refusals.isEmpty()) {
            return;
        }
        ErrnoException first = refusals.get(0);
        int count = refusals.size();
        if (count > 1) {
            first = new ErrnoException(
                    first.operation,
                    first.object + ", the first of " + count + " refusals",
                    first.number,
                    first.detail);
            for (int i = 1; i < count; i++) {
                first.addSuppressed(refusals.get(i));
            }
        }
        throw first;
    }

    /** Whether the kernel lacks what it was asked for. */
    public boolean isUnsupported() {
        return switch (errno()) {
            case EOPNOTSUPP, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT, ENOSYS ->
                true;
            default -> false;
        };
    }

    public String operation() {
        return operation;
    }

    public String object() {
        return object;
    }

    public Errno errno() {
        return Errno.of(number);
    }

    /** The positive number, also where {@link #errno} has no name for it. */
    public int errnoNumber() {
        return number;
    }

    /** Passes an answer of {@code Libc} through unless it is a negated errno. */
    public static int check(String operation, String object, int answer) {
        if (answer < 0) {
            throw new ErrnoException(operation, object, answer);
        }
        return answer;
    }
}
