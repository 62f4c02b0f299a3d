// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

/**
 * What a runtime names in CNI_CONTAINERID, CNI_NETNS (a path, empty if it is gone) and CNI_IFNAME.
 */
record Attachment(String containerId, String netns, String ifname) {
    /** The link eth0 of a container in a named namespace of a private host. */
    static Attachment of(String containerId, String netns) {
        return new Attachment(containerId, "/run/netns/" + netns, "eth0");
    }

    /** The same without a namespace. */
    Attachment withoutNetns() {
        return new Attachment(containerId, "", ifname);
    }
}
