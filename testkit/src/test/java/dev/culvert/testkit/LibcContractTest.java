// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.Libc;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** The contract on the JVM; the native binary's tests compare their text with the same one. */
@InNetns
final class LibcContractTest {
    @Test
    void jvm_keepsTheContract(@TempDir Path folder) {
        LibcContract contract = new LibcContract(new FfmLibc(), folder.toString());

        contract.run();

        assertThat(contract.text().lines().filter(line -> !line.startsWith("ok ")))
                .isEmpty();
        assertThat(contract.text().lines()).hasSizeGreaterThan(150);
    }

    @Test
    void brokenImplementation_isFound(@TempDir Path folder) {
        Libc broken = new ScriptedLibc(new FfmLibc(), Map.of("A", "b"), "").libc();

        LibcContract contract = new LibcContract(broken, folder.toString());

        assertThat(contract.run()).isFalse();
        assertThat(contract.text())
                .contains("FAILED the process itself: environ = true, but was false");
    }
}
