// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.nat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes what TeaVM notes about call sites small. It numbers each of some 20,000 places that call something, stores the
 * number before the call, and has a table of 16 bytes a place; together a third of the binary. Without debug information
 * a number only tells whether an exception is caught there. So the table keeps the few hundred places within a try
 * block, as a list that is searched when an exception is thrown, and functions without a try block store no numbers.
 */
final class CallSites {
    private static final Pattern TABLE = Pattern.compile("TeaVM_CallSite teavm_callSites\\[\\d+] = \\{\n(.*?)\n};\n",
            Pattern.DOTALL);
    private static final Pattern ENTRY = Pattern.compile(
            "\\{ \\.firstHandler = (NULL|exceptionHandlers_teavm_callSites \\+ \\d+), \\.location = NULL }");
    private static final String FIND = "#define TEAVM_FIND_CALLSITE(id, frame) (teavm_callSites + id)";

    private static final String STACK = "        teavm_shadowStack.header.size = (sz); \\\n"
            + "        teavm_stackTop = &teavm_shadowStack.header\n\n    #define TEAVM_STACK_HEADER_ADD_SIZE 0";
    private static final Pattern FUNCTION_END = Pattern.compile("(?<=\n}\n)");
    private static final Pattern NUMBERED = Pattern.compile("TEAVM_WITH_CALL_SITE_ID\\(\\d+, ");

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
        if (!find.contains(FIND) || !find.contains(STACK)) {
            throw new IllegalStateException(header + " finds call sites in another way: is this TeaVM 0.16.0?");
        }
        Files.writeString(table, compactTable(Files.readString(table), table));
        String unnumbered = STACK.replaceFirst("\n", "\n        teavm_shadowStack.header.callSiteId = -1; \\\\\n");
        Files.writeString(header, find.replace(STACK, unnumbered)
                .replace(FIND, "extern TeaVM_CallSite* culvert_callSite(int32_t id);\n"
                        + "    #define TEAVM_FIND_CALLSITE(id, frame) culvert_callSite(id)")
                + "\n#define CULVERT_WITHOUT_CALL_SITE_ID(expr) (expr)\n");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".c")).toList()) {
                String text = Files.readString(file);
                String shorter = withoutNumbers(text);
                if (!shorter.equals(text)) {
                    Files.writeString(file, shorter);
                }
            }
        }
    }

    /** A function that catches nothing has the same number everywhere: none. */
    static String withoutNumbers(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (String function : FUNCTION_END.split(text)) {
            out.append(function.contains("TEAVM_TRY") ? function
                    : NUMBERED.matcher(function).replaceAll("CULVERT_WITHOUT_CALL_SITE_ID("));
        }
        return out.toString();
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
