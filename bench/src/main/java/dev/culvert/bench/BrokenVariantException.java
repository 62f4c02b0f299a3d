// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

/**
 * A plugin did not do what was asked, so none of its times may be shown; the message says what it
 * did.
 */
final class BrokenVariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenVariantException(String message) {
        super(message);
    }
}
