// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

/**
 * The demo cannot be run here or in this way; the message says why, and the cure, in a sentence for
 * its user.
 */
final class CannotRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotRunException(String message) {
        super(message);
    }
}
