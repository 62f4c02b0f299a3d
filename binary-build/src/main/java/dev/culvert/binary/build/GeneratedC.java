// SPDX-License-Identifier: Apache-2.0
package dev.culvert.binary.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The C files that TeaVM 0.16.0 has written, and what we change in them: two mistakes, and costs
 * that every start of the program would pay. Each change tells why the collector bears it.
 *
 * <p>If the output differs from what a change expects, the build fails, so that another version of
 * TeaVM is never changed blindly.
 */
final class GeneratedC {
    private static final Pattern CALL_SITES = Pattern.compile(
            "TeaVM_CallSite teavm_callSites\\[(\\d+)\\] = \\{\n(.*?)\n\\};\n?", Pattern.DOTALL);
    private static final Pattern CALL_SITE =
            Pattern.compile(" *\\{ \\.firstHandler = (.+), \\.location = NULL \\},? *");

    private static final Pattern FUNCTION_END = Pattern.compile("(?<=\n}\n)");
    private static final Pattern NUMBERED = Pattern.compile("TEAVM_WITH_CALL_SITE_ID\\(\\d+, ");
    private static final String LITERAL = """
            #define TEAVM_STRING(length, hash, s) &(TeaVM_String) { \\
                .characters = (TeaVM_Array*) & (struct { TeaVM_Array hdr; char16_t data[(length) + 1]; }) { \\
                    .hdr = { .size = length }, \\
                    .data = s \\
                }, \\
                .hashCode = INT32_C(hash) \\
            }

            #define TEAVM_STRING_FROM_CODES(length, hash, ...) &(TeaVM_String) { \\
                .characters = (TeaVM_Array*) & (struct { TeaVM_Array hdr; char16_t data[(length) + 1]; }) { \\
                    .hdr = { .size = length }, \\
                    .data = { __VA_ARGS__ } \\
                }, \\
                .hashCode = INT32_C(hash) \\
            }
            """;
    // The first 8 bytes of an object: the class, packed and marked as no part of the heap, and no
    // identity hash code yet.
    private static final String READY_LITERAL = """
            extern char culvert_stringHead[];
            extern char culvert_charsHead[];
            #define CULVERT_STRING(length, hash, ...) \\
                (TeaVM_String*) &(struct { uintptr_t head; void* characters; int32_t hashCode; }) { \\
                    .head = (uintptr_t) culvert_stringHead, \\
                    .characters = &(struct { uintptr_t head; int32_t size; char16_t data[(length) + 1]; }) { \\
                        .head = (uintptr_t) culvert_charsHead, \\
                        .size = length, \\
                        .data = __VA_ARGS__ \\
                    }, \\
                    .hashCode = INT32_C(hash) \\
                }
            #define TEAVM_STRING(length, hash, s) CULVERT_STRING(length, hash, s)
            #define TEAVM_STRING_FROM_CODES(length, hash, ...) CULVERT_STRING(length, hash, { __VA_ARGS__ })
            """;
    /** For the linker, which alone can shift an address. */
    private static final String HEADS = """
            culvert_stringHead = (jl_String_Cls >> 3) | 0x80000000;
            culvert_charsHead = (Arr_C_Cls >> 3) | 0x80000000;
            """;

    private static final String POOL = "void teavm_initStringPool() {\n";

    private static final String LOWEST_CLASS = """
                teavm_beforeClasses = (char*) teavm_classReferences[0];
                for (int i = 1; i < teavm_classReferencesCount; ++i) {
                    char* c = (char*) teavm_classReferences[i];
                    if (c < teavm_beforeClasses) teavm_beforeClasses = c;
                }
                teavm_beforeClasses -= 4096;
            """;
    private static final String LOG = "#if !TEAVM_CUSTOM_LOG\n";
    private static final String FIRST_FUNCTION = "int32_t meth_otr_GC_getRegionCount() {\n";
    private static final String ALLOCATION = "void* meth_otr_GC_alloc(int32_t teavm_local_1) {\n";
    private static final String LINKED = """
                for (int i = 0; i < teavm_classReferencesCount; ++i) {
                    TeaVM_Class* cls = teavm_classReferences[i];
                    cls->next = teavm_firstClass;
                    teavm_firstClass = cls;
                }
                teavm_firstObjectClass = teavm_firstClass;
            """;
    private static final String CLASS_OBJECT = "        cls->classObject = result;\n";
    private static final String LINKED_LATE = CLASS_OBJECT + """
                    cls->next = teavm_firstClass;
                    teavm_firstClass = cls;
            """;
    private static final String LINKED_ARRAY = """
                classPtr->next = teavm_firstClass;
                teavm_firstClass = classPtr;
            """;
    private static final String ARRAY_CLASS = "isPrimitive(teavm_local_2)";
    private static final String ITEM_CLASS =
            "isPrimitive(TEAVM_FIELD(teavm_local_2, TeaVM_Class, itemType))";
    private static final String CLONED = "((!meth_otr_RuntimeClass_" + ARRAY_CLASS
            + ") ? sizeof(void*) : "
            + "TEAVM_FIELD(TEAVM_FIELD(teavm_local_2, TeaVM_Class, itemType), TeaVM_Class, size))";
    private static final String FRAME = "        teavm_shadowStack.header.size = (sz); \\\n"
            + "        teavm_stackTop = &teavm_shadowStack.header\n\n    #define TEAVM_STACK_HEADER_ADD_SIZE 0";

    private final Path folder;

    GeneratedC(Path folder) {
        this.folder = folder;
    }

    /** @param debug whether the call sites carry file and line, and so stay as they are */
    void correct(boolean debug) throws IOException {
        logWithoutPrintf();
        cloneByItemSize();
        enlargeWorkArea();
        packClassesByAddress();
        keepLiteralsReady();
        linkClassesLate();
        if (!debug) {
            thinCallSites();
            dropNumbers();
        }
    }

    /** Makes the collector run, and look at the whole heap, at every n-th allocation. */
    void torture() throws IOException {
        replace("c/o/t/r/GC.c", FIRST_FUNCTION, resource("torture.c") + FIRST_FUNCTION);
        replace("c/o/t/r/GC.c", ALLOCATION, ALLOCATION + "    culvert_collect(teavm_local_1);\n");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = GeneratedC.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * A dying program names its exception by fprintf, which brings the whole formatting of numbers
     * and wide characters along: 17 KB. What prints text and whole numbers is enough.
     */
    void logWithoutPrintf() throws IOException {
        replace("log.c", LOG, resource("log.c") + LOG);
    }

    /**
     * A clone of an array copies as many bytes as its items have, and asks for that whether the
     * array's class is primitive, which none is: of a {@code byte[]} it copied eight times too
     * much, over whatever lies behind the copy. Nobody lived there before the first collection.
     */
    void cloneByItemSize() throws IOException {
        replace("c/j/l/Object.c", CLONED, CLONED.replace(ARRAY_CLASS, ITEM_CLASS));
    }

    /**
     * The collector has a work area of a sixteenth of the heap and does not look at its end: a
     * fragmented heap writes past it and dies. Half of the heap is enough for any heap, and address
     * space only until it is used.
     */
    void enlargeWorkArea() throws IOException {
        replace("memory.c", "(heapSize / 16)", "(heapSize / 2)");
    }

    /**
     * An object names its class in 32 bits, by the distance from the lowest one, which is looked up
     * at each start and loaded for each virtual call. A program that is linked to fixed addresses
     * below 4 GB can do without: three bits stay free, of which the collector wants two, and both
     * ways to read the class shift them out.
     */
    void packClassesByAddress() throws IOException {
        replace(
                "core.h",
                "((int32_t) ((uintptr_t) ((char*) (cls) - teavm_beforeClasses) >> 3))",
                "((int32_t) ((uint32_t) (uintptr_t) (cls) >> 3))");
        replace(
                "core.h",
                "((TeaVM_Class*) (teavm_beforeClasses + ((cls) << 3)))",
                "((TeaVM_Class*) (uintptr_t) ((uint32_t) (cls) << 3))");
        replace("core.c", LOWEST_CLASS, "");
    }

    /**
     * Each start gives all string literals their class and puts them into the table of interned
     * strings, which writes to every page that has a literal. Now the linker gives the class, and
     * the table stays empty: String.intern would not find them, so the build fails if anything
     * calls that. The collector never follows what is marked already, as literals are, and a write
     * to one is the hash code alone.
     */
    void keepLiteralsReady() throws IOException {
        refuse("teavm_internString(", List.of("stringhash.c", "stringhash.h"), "String.intern");
        replace("string.h", LITERAL, READY_LITERAL);
        Path strings = folder.resolve("strings.c");
        String text = Files.readString(strings);
        int pool = text.indexOf(POOL);
        if (pool < 0 || text.indexOf("\n}\n", pool) != text.length() - 3) {
            throw other(strings, "the pool's start as its last function");
        }
        Files.writeString(strings, text.substring(0, pool) + POOL + "}\n");
        Files.writeString(folder.resolve("culvert.ld"), HEADS);
    }

    /**
     * Each start links all classes to a list, which writes to every page that has a class. Only the
     * collector reads it, to find the objects of the classes. Now a class is linked when its object
     * is made, and a class that nothing uses is no longer part of the program.
     */
    void linkClassesLate() throws IOException {
        refuse(
                "teavm_nextClass(",
                List.of("core.c", "core.h", "heapdump.c", "heaptrace.c"),
                "the list of classes");
        replace("core.c", LINKED, "");
        replace("core.c", CLASS_OBJECT, LINKED_LATE);
        replace("arrayclass.c", LINKED_ARRAY, "");
    }

    /**
     * Every place that calls has an entry of 16 bytes in a table, but only one in twenty has an
     * exception handler. A search in those alone, made only when something is thrown, saves a
     * quarter of a megabyte.
     */
    void thinCallSites() throws IOException {
        Path file = folder.resolve("callsites.c");
        Matcher table = CALL_SITES.matcher(Files.readString(file));
        if (!table.find()) {
            throw other(file, "the table of call sites");
        }
        Files.writeString(
                file, table.replaceFirst(Matcher.quoteReplacement(sparse(file, table.group(2)))));
        replace(
                "stack.h",
                "extern TeaVM_CallSite teavm_callSites[];",
                "extern TeaVM_CallSite* teavm_findCallSite(int32_t id);");
        replace("stack.h", "(teavm_callSites + id)", "teavm_findCallSite(id)");
    }

    /**
     * A number is stored before every call, so that an exception finds its handler. A function
     * without a try block needs none but "no handler", once: 115 KB less, and a store less before
     * each call. The references that the collector looks for lie beside the number, as before.
     */
    void dropNumbers() throws IOException {
        replace(
                "stack.h",
                FRAME,
                FRAME.replace(
                        "(sz); \\\n",
                        "(sz); \\\n        teavm_shadowStack.header.callSiteId = -1; \\\n"));
        Path header = folder.resolve("stack.h");
        Files.writeString(
                header,
                Files.readString(header) + "\n#define CULVERT_WITHOUT_CALL_SITE_ID(expr) (expr)\n");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".c")).toList()) {
                String text = Files.readString(file);
                String shorter = withoutNumbers(text);
                if (!shorter.equals(text)) {
                    Files.writeString(file, shorter);
                }
            }
        }
    }

    static String withoutNumbers(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (String function : FUNCTION_END.split(text)) {
            out.append(
                    function.contains("TEAVM_TRY")
                            ? function
                            : NUMBERED.matcher(function)
                                    .replaceAll("CULVERT_WITHOUT_CALL_SITE_ID("));
        }
        return out.toString();
    }

    private static String sparse(Path file, String rows) {
        StringBuilder kept = new StringBuilder();
        int id = 0;
        int count = 0;
        for (String row : rows.split("\n")) {
            Matcher site = CALL_SITE.matcher(row);
            if (!site.matches()) {
                throw other(file, "a call site without location: " + row);
            }
            if (!site.group(1).equals("NULL")) {
                kept.append("    { ")
                        .append(id)
                        .append(", { ")
                        .append(site.group(1))
                        .append(", NULL } },\n");
                count++;
            }
            id++;
        }
        return """
                static struct { int32_t id; TeaVM_CallSite site; } teavm_sparseCallSites[] = {
                %s    { INT32_MAX, { NULL, NULL } }
                };
                static TeaVM_CallSite teavm_plainCallSite;

                TeaVM_CallSite* teavm_findCallSite(int32_t id) {
                    int32_t low = 0;
                    int32_t high = %d;
                    while (low < high) {
                        int32_t middle = (low + high) / 2;
                        if (teavm_sparseCallSites[middle].id < id) {
                            low = middle + 1;
                        } else {
                            high = middle;
                        }
                    }
                    return teavm_sparseCallSites[low].id == id ? &teavm_sparseCallSites[low].site : &teavm_plainCallSite;
                }
                """.formatted(kept, count);
    }

    private void replace(String name, String before, String after) throws IOException {
        Path file = folder.resolve(name);
        String text = Files.readString(file);
        int place = text.indexOf(before);
        if (place < 0 || text.indexOf(before, place + 1) >= 0) {
            throw other(file, "exactly one \"" + before.strip() + "\"");
        }
        Files.writeString(file, text.replace(before, after));
    }

    /** Fails if a text stands in any file but the ones that may have it. */
    private void refuse(String text, List<String> allowed, String what) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean isText =
                        file.toString().endsWith(".c") || file.toString().endsWith(".h");
                if (isText
                        && !allowed.contains(file.getFileName().toString())
                        && Files.readString(file).contains(text)) {
                    throw new IllegalStateException(
                            file + " uses " + what + ", which the native program does not have");
                }
            }
        }
    }

    private static IllegalStateException other(Path file, String wanted) {
        return new IllegalStateException(
                file + " lacks " + wanted + ": is this TeaVM another version than 0.16.0?");
    }
}
