// SPDX-License-Identifier: Apache-2.0
package dev.culvert.sys.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.sys.Errno;
import dev.culvert.sys.Linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is this implementation's own; the behaviour that both share is held by {@code LibcContract}.
 */
final class FfmLibcTest {
    private final FfmLibc libc = new FfmLibc();

    @Test
    void missingFile_answersTheNegatedErrno() {
        int answer = libc.open("/nonexistent/file", Linux.O_RDONLY, 0);

        assertThat(Errno.of(answer)).isEqualTo(Errno.ENOENT);
    }

    @Test
    void createdFile_hasTheModeGivenAsVariadicArgument(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("fïle");

        int fd = libc.open(file.toString(), Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL, 0600);
        libc.write(fd, new byte[] {'a', 'b', 'c'}, 1, 2);

        assertThat(libc.close(fd)).isZero();
        assertThat(Files.readString(file)).isEqualTo("bc");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void arrayTooShort_isRefusedBeforeTheCall() {
        assertThatThrownBy(() -> libc.read(0, new byte[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> libc.write(1, new byte[4], -1, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void pathWithAZero_isRefused() {
        assertThat(libc.unlink("/tmp/a\0b")).isEqualTo(Errno.EINVAL.negated());
    }

    @Test
    void streamOverwrittenByAnEarlierOne_isRefused() {
        String[] arguments = {};
        byte[][] none = {};

        assertThat(libc.spawn("/bin/true", arguments, none, 5, 0, 2))
                .isEqualTo(Errno.EINVAL.negated());
        assertThat(libc.spawn("/bin/true", arguments, none, 0, 5, 1))
                .isEqualTo(Errno.EINVAL.negated());
    }

    @Test
    void environment_isTheProcessesOwn() {
        List<String> entries = Stream.of(libc.environ())
                .map(entry -> new String(entry, StandardCharsets.UTF_8))
                .toList();

        assertThat(entries).hasSize(System.getenv().size());
        System.getenv().forEach((name, value) -> assertThat(entries).contains(name + "=" + value));
    }

    @Test
    void unknownFunction_isNamed() {
        CFunction function = new CFunction("no_such_function", "i:i");

        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> function.call(arena, 1))
                    .hasRootCauseMessage("the C library has no no_such_function");
        }
    }
}
