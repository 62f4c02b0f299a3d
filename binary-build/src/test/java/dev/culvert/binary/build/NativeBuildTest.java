// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

final class NativeBuildTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    /** Uses what TeaVM's library does not have. */
    static final class Untranslatable {
        private Untranslatable() {}

        public static void main(String[] args) {
            System.exit(args.length);
        }
    }

    private int build(String... args) throws Exception {
        return NativeBuild.run(args, new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    @Test
    void missingMethod_isAnErrorWithFileAndLine(@TempDir Path folder) throws Exception {
        assertThat(build(Untranslatable.class.getName(), folder.toString(), "release"))
                .isEqualTo(1);
        assertThat(errors()).contains("System.exit").containsPattern("NativeBuildTest.java:\\d+");
    }

    @Test
    void wrongArguments_showTheUsage() throws Exception {
        assertThat(build("Main")).isEqualTo(2);
        assertThat(build("Main", "/tmp/x", "fast")).isEqualTo(2);
        assertThat(errors())
                .startsWith("usage: NativeBuild MAIN_CLASS OUT_DIR release|debug|torture");
    }
}
