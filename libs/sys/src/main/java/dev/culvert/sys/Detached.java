// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys;

/**
 * Where a request can be left to a child process: in the native binary, not on the JVM, which
 * cannot fork. No function of C, but a promise about netlink; {@code docs/decisions/0002} has the
 * reason.
 */
public interface Detached extends Libc {
    /**
     * Lets a forked child send the bytes on the netlink socket and read the kernel's
     * acknowledgement, while this process goes on. The child keeps no other descriptor, leaves the
     * working directory and ends by itself.
     *
     * @param held a descriptor that the child keeps all the same until the next tenth of a second
     *     of {@code CLOCK_MONOTONIC}, so that whatever the kernel does at its last close is done at
     *     the child's expense, and at once for all children; -1 for none
     * @return a descriptor of a pipe: 4 bytes (a positive errno, little endian) then end of file if
     *     the kernel refused, end of file alone once it acknowledged; or a negated errno
     */
    int sendDetached(int fd, byte[] data, int offset, int length, int held);
}
