// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.hostlocal;

import dev.culvert.base.Utf8;

import java.util.Optional;

/**
 * Who holds a reservation, as its file says: the container id, carriage return, line feed, the
 * interface's name. Files of the reference's early releases have the container id alone.
 */
final class Owner {
    private final String containerId;
    private final String ifname;
    private final byte[] content;
    private final long hash;

    private Owner(String containerId, String ifname, String content) {
        this.containerId = containerId;
        this.ifname = ifname;
        this.content = Utf8.encode(content);
        this.hash = hash(this.content, 0, this.content.length);
    }

    /** An attachment; white space around the container id does not count. */
    static Owner of(String containerId, String ifname) {
        String id = containerId.trim();
        return new Owner(id, ifname, id + "\r\n" + ifname);
    }

    /**
     * Whom a file's bytes name: a container id, and an interface's name below it but for files of
     * the reference's early releases. Empty for anything else: that is no reservation.
     */
    static Optional<Owner> parse(byte[] data, int from, int to) {
        String text = Utf8.decode(data, from, to - from);
        int end = text.indexOf("\r\n");
        String id = end < 0 ? text : text.substring(0, end);
        String ifname = end < 0 ? "" : text.substring(end + 2);
        if (!isWord(id) || end >= 0 && !isWord(ifname)) {
            return Optional.empty();
        }
        Owner owner = of(id, ifname);
        return Optional.of(end < 0 ? owner.withoutIfname() : owner);
    }

    /** One or more characters of printable ASCII without blanks and slashes. */
    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '/') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The container as older files name it, without the interface. */
    Owner withoutIfname() {
        return new Owner(containerId, "", containerId);
    }

    static long hash(byte[] data, int from, int to) {
        return Hash.of(data, from, to, 0);
    }

    String containerId() {
        return containerId;
    }

    String ifname() {
        return ifname;
    }

    /** The file's bytes; not to be changed. */
    byte[] content() {
        return content;
    }

    long hash() {
        return hash;
    }

    /** Whether these are the bytes of this owner's file. */
    boolean isNamedBy(byte[] data, int from, int to) {
        if (to - from != content.length) {
            return false;
        }
        for (int i = 0; i < content.length; i++) {
            if (data[from + i] != content[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "container " + containerId + (ifname.isEmpty() ? "" : " interface " + ifname);
    }
}
