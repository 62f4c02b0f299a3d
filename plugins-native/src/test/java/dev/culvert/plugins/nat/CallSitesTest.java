// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallSitesTest {
    private static final String FIND = """
                    teavm_shadowStack.header.size = (sz); \\
                    teavm_stackTop = &teavm_shadowStack.header

                #define TEAVM_STACK_HEADER_ADD_SIZE 0
                #define TEAVM_FIND_CALLSITE(id, frame) (teavm_callSites + id)
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void header() throws IOException {
        Files.writeString(folder.resolve("stack.h"), FIND);
    }

    private void table(String... entries) throws IOException {
        Files.writeString(folder.resolve("callsites.c"), "before\nTeaVM_CallSite teavm_callSites[" + entries.length
                + "] = {\n    " + String.join(",\n    ", entries) + "\n};\nafter\n");
    }

    @Test
    void sitesWithoutHandler_disappearAndTheOthersKeepTheirNumbers() throws IOException {
        table("{ .firstHandler = NULL, .location = NULL }",
                "{ .firstHandler = exceptionHandlers_teavm_callSites + 7, .location = NULL }",
                "{ .firstHandler = NULL, .location = NULL }");

        CallSites.compact(folder);

        assertThat(folder.resolve("callsites.c")).content()
                .contains("{ 1, exceptionHandlers_teavm_callSites + 7 },").doesNotContain("teavm_callSites[")
                .startsWith("before\n").endsWith("after\n");
        assertThat(folder.resolve("stack.h")).content().contains("culvert_callSite(id)").doesNotContain("+ id")
                .contains("callSiteId = -1; \\\n        teavm_stackTop");
    }

    @Test
    void functionThatCatches_keepsItsNumbersAndOthersLoseThem() {
        String plain = "void f() {\n    a(TEAVM_WITH_CALL_SITE_ID(12, b()));\n}\n";
        String catching = "void g() {\n    TEAVM_TRY\n    a(TEAVM_WITH_CALL_SITE_ID(13, b()));\n}\n";

        assertThat(CallSites.withoutNumbers(plain + catching + plain)).isEqualTo(
                plain.replace("TEAVM_WITH_CALL_SITE_ID(12, ", "CULVERT_WITHOUT_CALL_SITE_ID(") + catching
                        + plain.replace("TEAVM_WITH_CALL_SITE_ID(12, ", "CULVERT_WITHOUT_CALL_SITE_ID("));
    }

    @Test
    void siteWithLocation_isRefusedSinceItWouldBeLost() throws IOException {
        table("{ .firstHandler = NULL, .location = &locations[3] }");

        assertThatIllegalStateException().isThrownBy(() -> CallSites.compact(folder)).withMessageContaining("locations[3]");
    }

    @Test
    void otherVersionOfTeaVm_isRefused() throws IOException {
        Files.writeString(folder.resolve("callsites.c"), "nothing here");

        assertThatIllegalStateException().isThrownBy(() -> CallSites.compact(folder)).withMessageContaining("0.16.0");
    }
}
