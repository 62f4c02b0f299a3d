// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.nio.file.Files;

/**
 * Containers of {@code ctr run --cni} with the network list that containerd's documentation shows.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContainerdTest {
    @AutoClose
    private PrivateHost host;

    @AutoClose
    private Outside outside;

    private Containerd containerd;

    @BeforeAll
    void start() throws Exception {
        Needs.rootOfTheMachine();
        host = PrivateHost.open();
        outside = Outside.open(host);
        containerd = Containerd.start(host);
    }

    @AfterEach
    void stopAll() {
        containerd.stopAll();
    }

    @Test
    void twoContainers_reachEachOtherOverBothFamilies() throws Exception {
        Containerd.Container a = containerd.run("a1");
        Containerd.Container b = containerd.run("a2");
        Addresses target = b.addresses();

        assertThat(a.exec("timeout", "5", "wget", "-q", "-O", "-", "http://" + target.ip4() + "/")
                        .ok()
                        .output())
                .isEqualTo("hello\n");
        assertThat(a.exec("timeout", "5", "wget", "-q", "-O", "-", "http://[" + target.ip6() + "]/")
                        .ok()
                        .output())
                .isEqualTo("hello\n");

        a.stop();
        b.stop();
    }

    @Test
    void container_reachesOutsideAndIsSeenAsItsHost() throws Exception {
        Containerd.Container a = containerd.run("b1");

        assertThat(ask(a, Outside.IP4)).isEqualTo(Outside.HOST_IP4);
        assertThat(ask(a, Outside.IP6)).isEqualTo(Outside.HOST_IP6);

        a.stop();
    }

    private static String ask(Containerd.Container container, String address) {
        return container
                .exec("sh", "-c", "timeout 5 nc " + address + " " + Outside.PORT + " </dev/null")
                .ok()
                .output()
                .strip();
    }

    @Test
    void containerThatEnds_leavesNothingThoughDelHasNoNetns() throws Exception {
        host.write("/run/plugins/recorder", """
                #!/bin/sh
                echo "$CNI_COMMAND netns=[$CNI_NETNS]" >>/run/calls
                exec /run/plugins/test/bridge
                """);
        host.sh(
                        "chmod 755 /run/plugins/recorder; mount --bind /run/plugins/recorder /opt/cni/bin/bridge")
                .ok();
        try {
            Containerd.Container a = containerd.run("c1");
            Addresses addresses = a.addresses();
            assertThat(host.leases())
                    .contains(
                            "containerd-net/" + addresses.ip4(),
                            "containerd-net/" + addresses.ip6());

            a.stop();

            assertThat(Files.readString(host.path("/run/calls"))).contains("DEL netns=[]\n");
            assertThat(host.leases())
                    .doesNotContain(
                            "containerd-net/" + addresses.ip4(),
                            "containerd-net/" + addresses.ip6());
            assertThat(host.leftovers(addresses.ip4(), addresses.ip6())).isEmpty();
        } finally {
            host.run("umount", "/opt/cni/bin/bridge").ok();
        }
    }
}
