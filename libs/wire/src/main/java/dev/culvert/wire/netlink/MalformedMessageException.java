// SPDX-License-Identifier: Apache-2.0
package dev.culvert.wire.netlink;

/**
 * Bytes that are not the message they should be: a bug of ours or of the kernel, never of a user.
 */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * A message from its parts.
     *
     * @param reading what was being read
     * @param offset bytes from the start of the buffer
     * @param expected what should have been there
     * @param found what was there
     */
    public MalformedMessageException(String reading, int offset, String expected, String found) {
        super("read " + reading + " at byte " + offset + ": expected " + expected + ", found "
                + found);
    }
}
