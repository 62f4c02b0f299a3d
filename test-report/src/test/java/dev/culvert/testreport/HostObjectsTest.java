// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;

@Tag("kernel")
final class HostObjectsTest {
    private static String aLink() throws SocketException {
        return "link "
                + NetworkInterface.networkInterfaces().findFirst().orElseThrow().getName();
    }

    @Test
    void linkThatWasNotThere_isNamed() throws SocketException {
        assertThat(HostObjects.none().leftSince(Duration.ZERO)).contains(aLink());
    }

    @Test
    void linkThatWasThere_isNotNamed() throws SocketException {
        assertThat(HostObjects.now().leftSince(Duration.ZERO)).doesNotContain(aLink());
    }
}
