// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/** What the user asked for cannot be done; the message says what and how to mend it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
