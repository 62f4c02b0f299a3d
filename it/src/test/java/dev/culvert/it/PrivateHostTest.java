// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

final class PrivateHostTest {
    @Test
    void newHost_hasNothingAndEndsWithEverythingOnIt() throws Exception {
        Path file;
        try (PrivateHost host = PrivateHost.open()) {
            file = host.path("/run/file");
            host.write("/run/file", "text");
            host.addNetns("c1");
            host.start("sleep", "1000");

            assertThat(host.leftovers()).isEmpty();
            assertThat(host.run("cat", "/run/file").ok().output()).isEqualTo("text");
            assertThat(host.run("ls", "/var/lib", "/etc/cni/net.d", "/opt/cni/bin")
                            .ok()
                            .lines())
                    .contains("cni")
                    .doesNotContain("dpkg");
            assertThat(host.run("ip", "-o", "link").lines())
                    .allMatch(line -> !line.contains("eth0"));
        }

        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void leftovers_areNamed() {
        try (PrivateHost host = PrivateHost.open()) {
            host.run("ip", "link", "add", "veth12345678", "type", "veth", "peer", "name", "eth0")
                    .ok();
            host.write("/var/lib/cni/networks/web/10.1.0.2", "c1\r\neth0");
            host.write("/var/lib/cni/networks/web/fd01::2", "c1\r\neth0");
            host.write("/var/lib/cni/networks/web/last_reserved_ip.0", "10.1.0.2");
            host.write("/var/lib/cni/networks/web/lock", "");
            host.run(
                            "nft",
                            "add table inet x; add chain inet x y; add rule inet x y ip saddr 10.1.0.2 accept;"
                                    + "add rule inet x y ip saddr 10.1.0.20 accept")
                    .ok();

            assertThat(host.leftovers("10.1.0.2"))
                    .hasSize(4)
                    .contains(
                            "link veth12345678",
                            "lease web/10.1.0.2",
                            "lease web/fd01::2",
                            "rule ip saddr 10.1.0.2 accept");
        }
    }

    @Test
    void commandThatFails_isReportedWithItsWordsAndOutput() {
        try (PrivateHost host = PrivateHost.open()) {
            Ran ran = host.sh("echo out; echo err >&2; exit 3");

            assertThatThrownBy(ran::ok)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("ended with 3")
                    .hasMessageContaining("sh -c 'echo out")
                    .hasMessageContaining("stdout: out")
                    .hasMessageContaining("stderr: err");
        }
    }
}
