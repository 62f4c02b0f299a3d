// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A container image of a few megabytes, made on the spot from the static busybox. */
final class TestImage {
    static final String NAME = "localhost/culvert-test:1";
    static final String FILE = "/run/image.tar";

    private TestImage() {}

    /** Writes the image to {@link #FILE} on a host. */
    static void make(PrivateHost host) {
        Needs.tools("busybox (busybox-static)", "tar (tar)");
        try {
            host.sh(PrivateHost.resource("image.sh"), architecture(), NAME).ok();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : name;
    }
}
