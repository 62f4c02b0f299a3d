// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

/**
 * The index is damaged or cannot be read or written. Never an error of a call: the files are asked
 * instead.
 */
final class IndexLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    IndexLostException(String why) {
        super(why);
    }

    IndexLostException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
