// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class OptionsTest {
    @Test
    void noWords_meanTheBuiltPluginsAndText() {
        assertThat(Options.parse(List.of()))
                .isEqualTo(new Options(Path.of("dist/bin").toAbsolutePath(), false, false, false));
    }

    @Test
    void folderAndFormat_areTaken() {
        assertThat(Options.parse(List.of("--bin", "/opt/cni/bin", "-o", "json")))
                .isEqualTo(new Options(Path.of("/opt/cni/bin"), true, false, false));
    }

    @Test
    void wrongWords_areNamed() {
        assertThatThrownBy(() -> Options.parse(List.of("--colour")))
                .hasMessageContaining("--colour");
        assertThatThrownBy(() -> Options.parse(List.of("--bin")))
                .hasMessageContaining("--bin needs a value");
        assertThatThrownBy(() -> Options.parse(List.of("-o", "yaml"))).hasMessageContaining("yaml");
        assertThatThrownBy(() -> Options.parse(List.of("-o", "json", "--shell")))
                .hasMessageContaining("--shell");
    }

    @Test
    void usage_namesEveryOption() {
        assertThat(Options.USAGE)
                .contains("--bin", "--shell", "-o json|text", "--help", "NO_COLOR");
    }
}
