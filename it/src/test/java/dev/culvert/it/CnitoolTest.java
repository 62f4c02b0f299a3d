// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The reference's own runtime library as a caller, through its command. */
final class CnitoolTest {
    private static final String LIST = """
            {"cniVersion": "1.1.0", "name": "net", "plugins": [
              {"type": "bridge", "bridge": "br0", "isGateway": true, "ipMasq": true,
               "ipam": {"type": "host-local",
                 "ranges": [[{"subnet": "10.1.0.0/24"}], [{"subnet": "fd01::/64"}]],
                 "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}]}
            """;

    @AutoClose
    private PrivateHost host;

    @BeforeEach
    void open() throws IOException {
        var cnitool = Plugins.cnitool();
        host = PrivateHost.open();
        host.install("test", "loopback", "bridge", "ptp", "host-local", "static");
        host.write("/etc/cni/net.d/10-net.conflist", LIST);
        Files.copy(cnitool, host.path("/run/cnitool"));
        Files.setPosixFilePermissions(
                host.path("/run/cnitool"), PosixFilePermissions.fromString("rwxr-xr-x"));
        host.addNetns("c1");
        host.addNetns("c2");
    }

    private Ran cnitool(String verb, String netns) {
        return host.run(
                Map.of("CNI_PATH", "/opt/cni/bin"),
                "",
                "/run/cnitool",
                verb,
                "net",
                "/run/netns/" + netns);
    }

    @Test
    void addCheckDelete_succeedAndLeaveNothing() {
        Result result = Result.parse(cnitool("add", "c1").ok().output());
        cnitool("check", "c1").ok();
        cnitool("del", "c1").ok();
        cnitool("del", "c1").ok();

        assertThat(result.addresses()).containsExactly("10.1.0.2", "fd01::2");
        assertThat(host.leftovers(result.addressArray())).isEmpty();
    }

    @Test
    void status_succeeds() {
        cnitool("status", "c1").ok();
    }

    @Test
    void checkOfADamagedAttachment_isRefused() {
        cnitool("add", "c1").ok();
        host.sh("nsenter --net=/run/netns/c1 ip addr flush dev eth0").ok();

        assertThat(cnitool("check", "c1").refused().error()).contains("10.1.0.2");
    }

    @Test
    void collection_removesEveryAttachmentOfTheNetwork() {
        Result a = Result.parse(cnitool("add", "c1").ok().output());
        Result b = Result.parse(cnitool("add", "c2").ok().output());

        // It names no valid attachment at all: it deletes the ones it remembers and sends GC
        // without a list, which
        // a plugin has to refuse.
        Ran ran = cnitool("gc", "c1");

        assertThat(ran.error()).doesNotContain("failed to delete stale attachment");
        assertThat(host.leftovers(a.addressArray())).isEmpty();
        assertThat(host.leftovers(b.addressArray())).isEmpty();
    }
}
