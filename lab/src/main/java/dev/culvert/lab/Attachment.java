// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

/**
 * A container on a network: the container's namespace is its name, and its interface is always
 * {@code eth0}.
 */
record Attachment(Netns container, Conflist network) {
    static final String IFNAME = "eth0";

    /** As a runtime would make one: not the container's name. */
    String containerId() {
        return "demo-" + container.name();
    }
}
