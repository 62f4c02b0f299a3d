// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.sys.Libc;
import dev.culvert.sys.Linux;
import dev.culvert.sys.ffm.FfmLibc;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Map;

final class ScriptedLibcTest {
    private final ScriptedLibc script = new ScriptedLibc(new FfmLibc(), Map.of("A", "ü"), "héllo");
    private final Libc libc = script.libc();

    @Test
    void environment_isTheGivenOne() {
        assertThat(libc.environ()).hasDimensions(1, 4);
        assertThat(new String(libc.environ()[0], StandardCharsets.UTF_8)).isEqualTo("A=ü");
    }

    @Test
    void input_comesInPiecesAndEnds() {
        byte[] data = new byte[10];

        assertThat(libc.read(0, data, 1, 4)).isEqualTo(4);
        assertThat(libc.read(0, data, 5, 5)).isEqualTo(2);
        assertThat(libc.read(0, data, 0, 10)).isZero();
        assertThat(new String(data, 1, 6, StandardCharsets.UTF_8)).isEqualTo("héllo");
    }

    @Test
    void outputAndError_areKeptApart() {
        libc.write(1, new byte[] {'x', 'a', 'b'}, 1, 2);
        libc.write(2, new byte[] {'e'}, 0, 1);

        assertThat(script.output()).isEqualTo("ab");
        assertThat(script.error()).isEqualTo("e");
    }

    @Test
    void exit_isRecordedOnce() {
        assertThat(script.exitCode()).isEmpty();

        libc.exit(3);
        libc.exit(0);

        assertThat(script.exitCode()).hasValue(3);
    }

    @Test
    void otherDescriptors_passThrough() {
        int fd = libc.open("/dev/zero", Linux.O_RDONLY, 0);

        assertThat(libc.read(fd, new byte[3], 0, 3)).isEqualTo(3);
        assertThat(libc.close(fd)).isZero();
    }
}
