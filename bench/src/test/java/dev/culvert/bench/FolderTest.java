// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What is read from and written to folders. */
class FolderTest {
    @TempDir
    private Path folder;

    @Test
    void leases_lookLikeTheReferences() throws IOException {
        Leases leases = Leases.make(folder.resolve("data"), "bench");

        leases.fill(IntStream.range(0, 3).mapToObj(AddressPlan.IPV4::address).toList());

        Path network = folder.resolve("data/bench");
        assertThat(Files.readString(network.resolve("10.2.0.4")))
                .isEqualTo("taken-10.2.0.4\r\neth0");
        assertThat(Files.readString(network.resolve("last_reserved_ip.0"))).isEqualTo("10.2.0.4");
        assertThat(leases.has("10.2.0.2/15")).isTrue();
        assertThat(leases.has("10.2.0.5")).isFalse();
    }

    @Test
    void emptyFill_writesNothing() throws IOException {
        Leases leases = Leases.make(folder.resolve("data"), "bench");

        leases.fill(List.of());

        try (var files = Files.list(folder.resolve("data/bench"))) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void droppedLeases_areGone() {
        Leases leases = Leases.make(folder.resolve("data"), "bench");
        leases.reserve("10.2.0.2");

        leases.drop();

        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void addresses_countOnThroughTheSubnet() {
        assertThat(AddressPlan.IPV4.address(0)).isEqualTo("10.2.0.2");
        assertThat(AddressPlan.IPV4.address(253)).isEqualTo("10.2.0.255");
        assertThat(AddressPlan.IPV4.address(60_000)).isEqualTo("10.2.234.98");
        assertThat(AddressPlan.IPV4.address(65_534)).isEqualTo("10.3.0.0");
        assertThat(AddressPlan.IPV6.address(0)).isEqualTo("fd00:5:6:7::2");
        assertThat(AddressPlan.IPV6.address(50_000)).isEqualTo("fd00:5:6:7::c352");
    }

    @Test
    void hardLinks_areCountedOnceAndOtherFilesNot() throws IOException {
        Path one = Files.write(folder.resolve("bridge"), new byte[1_000]);
        one.toFile().setExecutable(true);
        Files.createLink(folder.resolve("ptp"), one);
        Files.write(folder.resolve("cnitool"), new byte[10]).toFile().setExecutable(true);
        Files.write(folder.resolve("notes.txt"), new byte[10]);

        assertThat(SizeScenario.sizes(folder).values()).containsExactly(1_000L);
    }
}
