// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeneratedCTest {
    @TempDir
    private Path folder;
    private GeneratedC generated;

    @BeforeEach
    void write() throws IOException {
        generated = new GeneratedC(folder);
        write("memory.c", "area = (heapSize / 16);\n");
        write("stringhash.c", "    return teavm_internString(str);\n}\n\nTeaVM_String* teavm_internString(x) {}\n");
        write("core.c", "    {\n        cls->next = teavm_firstClass;\n        teavm_firstClass = cls;\n    }\n");
        write("stack.h", """
                extern TeaVM_CallSite teavm_callSites[];
                #define FIND(id) (teavm_callSites + id)
                        teavm_shadowStack.header.size = (sz); \\
                        teavm_stackTop = &teavm_shadowStack.header

                    #define TEAVM_STACK_HEADER_ADD_SIZE 0
                """);
        write("callsites.c", """
                static TeaVM_ExceptionHandler handlers[2];
                TeaVM_CallSite teavm_callSites[3] = {
                    { .firstHandler = NULL, .location = NULL },\s
                    { .firstHandler = handlers + 1, .location = NULL },\s
                    { .firstHandler = NULL, .location = NULL }
                };
                """);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    @Test
    void everyChange_isMade() throws IOException {
        generated.correct(false);

        assertThat(text("memory.c")).isEqualTo("area = (heapSize / 2);\n");
        assertThat(text("stringhash.c")).startsWith("    return str;\n");
        assertThat(text("core.c")).isEqualTo("    {\n    }\n");
        assertThat(text("stack.h")).contains("#define FIND(id) teavm_findCallSite(id)");
        assertThat(text("callsites.c")).startsWith("static TeaVM_ExceptionHandler handlers[2];\n")
                .contains("    { 1, { handlers + 1, NULL } },\n    { INT32_MAX", "high = 1;");
    }

    @Test
    void functionThatCatches_keepsItsNumbersAndOthersLoseThem() throws IOException {
        String plain = "void f() {\n    a(TEAVM_WITH_CALL_SITE_ID(12, b()));\n}\n";
        String catching = "void g() {\n    TEAVM_TRY\n    a(TEAVM_WITH_CALL_SITE_ID(13, b()));\n}\n";
        write("f.c", plain + catching + plain);

        generated.correct(false);

        String shorter = plain.replace("TEAVM_WITH_CALL_SITE_ID(12, ", "CULVERT_WITHOUT_CALL_SITE_ID(");
        assertThat(text("f.c")).isEqualTo(shorter + catching + shorter);
        assertThat(text("stack.h")).contains("callSiteId = -1; \\\n        teavm_stackTop")
                .contains("#define CULVERT_WITHOUT_CALL_SITE_ID(expr) (expr)");
    }

    @Test
    void debugBuild_keepsItsCallSites() throws IOException {
        generated.correct(true);

        assertThat(text("callsites.c")).contains("TeaVM_CallSite teavm_callSites[3]");
    }

    @Test
    void otherText_isRefused() throws IOException {
        write("memory.c", "area = (heapSize / 8);\n");

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("another version");
    }

    @Test
    void textTwice_isRefused() throws IOException {
        write("memory.c", "area = (heapSize / 16) + (heapSize / 16);\n");

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("exactly one");
    }

    @Test
    void callSiteWithLocation_isRefused() throws IOException {
        write("callsites.c", text("callsites.c").replaceFirst("location = NULL", "location = place"));

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("without location");
    }

    @Test
    void internInTheProgram_isRefused() throws IOException {
        write("String.c", "return teavm_internString(this);");

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("uses String.intern");
    }
}
