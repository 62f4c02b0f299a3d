// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.teavm.tooling.TeaVMTool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

final class GeneratedCTest {
    @TempDir
    private Path folder;

    private GeneratedC generated;

    @BeforeEach
    void write() throws IOException {
        generated = new GeneratedC(folder);
        write("memory.c", "area = (heapSize / 16);\n");
        for (String name : new String[] {"core.c", "core.h", "arrayclass.c", "string.h", "log.c"}) {
            write(name, ofTeaVm(name));
        }
        Files.createDirectories(folder.resolve("c/j/l"));
        write("c/j/l/Object.c", """
                t = ((!meth_otr_RuntimeClass_isPrimitive(teavm_local_2)) ? sizeof(void*) : \
                TEAVM_FIELD(TEAVM_FIELD(teavm_local_2, TeaVM_Class, itemType), TeaVM_Class, size));
                """);
        write("strings.c", """
                TeaVM_String* teavm_stringPool[1] = {
                    TEAVM_STRING(4, 3392903,u"null")
                };
                void teavm_initStringPool() {
                    for (int i = 0; i < 1; ++i) {
                    }
                }
                """);
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

    /** A file that TeaVM copies beside what it generates. */
    private static String ofTeaVm(String name) throws IOException {
        try (InputStream in = TeaVMTool.class.getResourceAsStream("/org/teavm/backend/c/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
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
        assertThat(text("core.c")).doesNotContain("teavm_beforeClasses =");
        assertThat(text("core.c"))
                .contains("cls->classObject = result;\n        cls->next = teavm_firstClass;\n")
                .doesNotContain("teavm_classReferences[i];\n        cls->next");
        assertThat(text("arrayclass.c")).doesNotContain("classPtr->next");
        assertThat(text("c/j/l/Object.c"))
                .contains("isPrimitive(TEAVM_FIELD(teavm_local_2, TeaVM_Class, itemType))");
        assertThat(text("core.h"))
                .contains(
                        "#define TEAVM_UNPACK_CLASS(cls) ((TeaVM_Class*) (uintptr_t) ((uint32_t)");
        assertThat(text("string.h"))
                .contains(".head = (uintptr_t) culvert_charsHead, \\\n")
                .doesNotContain("&(TeaVM_String)");
        assertThat(text("strings.c")).endsWith("};\nvoid teavm_initStringPool() {\n}\n");
        assertThat(text("culvert.ld")).contains("culvert_stringHead = (jl_String_Cls >> 3)");
        assertThat(text("stack.h")).contains("#define FIND(id) teavm_findCallSite(id)");
        assertThat(text("callsites.c"))
                .startsWith("static TeaVM_ExceptionHandler handlers[2];\n")
                .contains("    { 1, { handlers + 1, NULL } },\n    { INT32_MAX", "high = 1;");
    }

    @Test
    void functionThatCatches_keepsItsNumbersAndOthersLoseThem() throws IOException {
        String plain = "void f() {\n    a(TEAVM_WITH_CALL_SITE_ID(12, b()));\n}\n";
        String catching =
                "void g() {\n    TEAVM_TRY\n    a(TEAVM_WITH_CALL_SITE_ID(13, b()));\n}\n";
        write("f.c", plain + catching + plain);

        generated.correct(false);

        String shorter =
                plain.replace("TEAVM_WITH_CALL_SITE_ID(12, ", "CULVERT_WITHOUT_CALL_SITE_ID(");
        assertThat(text("f.c")).isEqualTo(shorter + catching + shorter);
        assertThat(text("stack.h"))
                .contains("callSiteId = -1; \\\n        teavm_stackTop")
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
    void functionAfterThePool_isRefused() throws IOException {
        write("strings.c", text("strings.c") + "void more() {\n}\n");

        assertThatThrownBy(() -> generated.correct(false))
                .hasMessageContaining("strings.c", "last function");
    }

    @Test
    void textTwice_isRefused() throws IOException {
        write("memory.c", "area = (heapSize / 16) + (heapSize / 16);\n");

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("exactly one");
    }

    @Test
    void callSiteWithLocation_isRefused() throws IOException {
        write(
                "callsites.c",
                text("callsites.c").replaceFirst("location = NULL", "location = place"));

        assertThatThrownBy(() -> generated.correct(false)).hasMessageContaining("without location");
    }

    @Test
    void internInTheProgram_isRefused() throws IOException {
        write("String.c", "return teavm_internString(this);");

        assertThatThrownBy(() -> generated.correct(false))
                .hasMessageContaining("uses String.intern");
    }
}
