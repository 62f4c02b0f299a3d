// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.teavm.tooling.TeaVMTool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a native program says on standard error when it dies, by our C instead of printf. */
@Tag("kernel")
final class LogTest {
    private static final String PROGRAM = """
            #include <limits.h>
            #include <locale.h>
            int main() {
                int numbers[] = {0, 1, -1, 9, 10, -10, 1234567890, INT_MAX, INT_MIN};
                setlocale(LC_ALL, "");
                teavm_printString(u"ab \\u00e9 \\u20ac \\U0001F600 z\\n");
                teavm_printWString(L"w \\u00e9\\U0001F600\\n");
                for (int i = 0; i < 9; i++) {
                    teavm_printInt(numbers[i]);
                    teavm_printString(u" ");
                }
                return 0;
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void textAndNumbers_areAsByPrintf() throws Exception {
        for (String name : List.of("log.c", "log.h", "definitions.h")) {
            copy(name);
        }
        Files.writeString(folder.resolve("config.h"), "#pragma once\n");
        String byPrintf = said();

        new GeneratedC(folder).logWithoutPrintf();

        assertThat(said()).isEqualTo(byPrintf).startsWith("ab é € 😀 z\nw é😀\n0 1 -1 9 10 -10 ");
    }

    private void copy(String name) throws IOException {
        try (InputStream in = TeaVMTool.class.getResourceAsStream("/org/teavm/backend/c/" + name)) {
            Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    private String said() throws Exception {
        Path source = folder.resolve("program.c");
        Files.writeString(source, Files.readString(folder.resolve("log.c")) + "\n" + PROGRAM);
        assertThat(run("musl-gcc", "-w", "-static", source.toString(), "-o", folder + "/program"))
                .isEmpty();
        return run(folder + "/program");
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }
}
