// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.nat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the table of call sites small. TeaVM writes 16 bytes for each of some 17,000 places that call something, a fifth of the
 * binary; without debug information all but a few hundred, those within a try block, are zero. Those few stay, in a list
 * that is searched when an exception is thrown.
 */
final class CallSites {
    private static final Pattern TABLE = Pattern.compile("TeaVM_CallSite teavm_callSites\\[\\d+] = \\{\n(.*?)\n};\n",
            Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile(
            "\\{ \\.firstHandler = (NULL|exceptionHandlers_teavm_callSites \\+ \\d+), \\.location = NULL }");
    private static final String FIND = "#define TEAVM_FIND_CALLSITE(id, frame) (teavm_callSites + id)";

    private CallSites() {}

    /**
     * Rewrites the generated files.
     *
     * @throws IllegalStateException if they are not as TeaVM 0.16.0 writes them without debug information
     */
    static void compact(Path folder) throws IOException {
        Path table = folder.resolve("callsites.c");
        Path header = folder.resolve("stack.h");
        String find = Files.readString(header);
        if (!find.contains(FIND)) {
            throw new IllegalStateException(header + " finds call sites in another way: is this TeaVM 0.16.0?");
        }
        Files.writeString(table, compactTable(Files.readString(table), table));
        Files.writeString(header, find.replace(FIND, "extern TeaVM_CallSite* culvert_callSite(int32_t id);\n"
                + "    #define TEAVM_FIND_CALLSITE(id, frame) culvert_callSite(id)"));
    }

    private static String compactTable(String text, Path file) {
        Matcher found = TABLE.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException(file + " has no table of call sites: is this TeaVM 0.16.0?");
        }
        StringBuilder handled = new StringBuilder();
        int id = 0;
        for (String line : found.group(1).split("\n")) {
            Matcher entry = ENTRY.matcher(line);
            if (!entry.find()) {
                throw new IllegalStateException(file + ": call site " + id + " is more than an exception handler: " + line);
            }
            if (!entry.group(1).equals("NULL")) {
                handled.append("    { ").append(id).append(", ").append(entry.group(1)).append(" },\n");
            }
            id++;
        }
        return text.substring(0, found.start()) + """
                static const struct { int32_t id; TeaVM_ExceptionHandler* handler; } culvert_handled[] = {
                %s    { -1, NULL }
                };

                TeaVM_CallSite* culvert_callSite(int32_t id) {
                    static TeaVM_CallSite site;
                    site.firstHandler = NULL;
                    for (int32_t i = 0; culvert_handled[i].id >= 0; i++) {
                        if (culvert_handled[i].id == id) {
                            site.firstHandler = culvert_handled[i].handler;
                        }
                    }
                    return &site;
                }
                """.formatted(handled) + text.substring(found.end());
    }
}
