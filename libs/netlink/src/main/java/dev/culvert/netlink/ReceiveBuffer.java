// SPDX-License-Identifier: Apache-2.0
package dev.culvert.netlink;

/**
 * What netlink sockets of one thread receive into; a datagram is decoded before the next one comes.
 */
public final class ReceiveBuffer {
    /** The kernel cuts a dump into datagrams of a page, unless a longer one was read before. */
    private static final int PAGE = 4096;

    private byte[] bytes = {};

    byte[] bytes() {
        if (bytes.length == 0) {
            bytes = new byte[PAGE];
        }
        return bytes;
    }

    /** Makes room for datagrams of that length and somewhat more. */
    void grow(int length) {
        bytes = new byte[length + PAGE];
    }
}
