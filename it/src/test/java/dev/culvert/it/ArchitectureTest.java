// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Keeps ARCHITECTURE.md true: who may use whom, and where the outside is touched. */
final class ArchitectureTest {
    private static final Path ROOT = Plugins.checkout();
    private static final Pattern MODULE = Pattern.compile("<module>(.*)</module>");
    private static final Pattern OWN_DEPENDENCY = Pattern.compile(
            "<dependency><groupId>dev\\.culvert</groupId><artifactId>([a-z-]+)</artifactId>");
    private static final Pattern PACKAGE =
            Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:static )?([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern SOURCE_TAG = Pattern.compile("@(kernel|cni|rfc) ");

    /** A source file of a module. */
    private record Source(String module, boolean isMain, Path path, String text) {
        String packageName() {
            Matcher matcher = PACKAGE.matcher(text);
            return matcher.find() ? matcher.group(1) : "";
        }

        List<String> imports() {
            return IMPORT.matcher(text).results().map(match -> match.group(1)).toList();
        }

        boolean imports(String prefix) {
            return imports().stream().anyMatch(name -> name.startsWith(prefix));
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** The modules from the bottom up. */
    private static List<String> modules() throws IOException {
        return MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<Source> sources() throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String module : modules()) {
            for (String kind : List.of("main", "test")) {
                Path folder = ROOT.resolve(module).resolve("src").resolve(kind).resolve("java");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.walk(folder)) {
                        for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                                .toList()) {
                            sources.add(new Source(
                                    module,
                                    kind.equals("main"),
                                    ROOT.relativize(file),
                                    Files.readString(file)));
                        }
                    }
                }
            }
        }
        assertThat(sources).hasSizeGreaterThan(200);
        return sources;
    }

    private static void assertNone(Predicate<Source> wrong) throws IOException {
        assertThat(sources().stream().filter(wrong)).isEmpty();
    }

    @Test
    void module_dependsOnlyOnModulesAboveItInTheList() throws IOException {
        List<String> modules = modules();
        List<String> names = modules.stream()
                .map(module -> module.substring(module.lastIndexOf('/') + 1))
                .toList();
        for (int i = 0; i < modules.size(); i++) {
            String pom = Files.readString(ROOT.resolve(modules.get(i)).resolve("pom.xml"));

            List<String> used = OWN_DEPENDENCY
                    .matcher(pom)
                    .results()
                    .map(match -> match.group(1))
                    .toList();

            assertThat(names.subList(0, i))
                    .as("what %s may use", modules.get(i))
                    .containsAll(used);
        }
    }

    /**
     * A package has one module, and what is imported is of a module above, be it declared or not.
     */
    @Test
    void source_importsOnlyWhatIsAboveIt() throws IOException {
        List<String> modules = modules();
        Map<String, String> owners = new LinkedHashMap<>();
        for (Source source : sources()) {
            if (source.isMain()) {
                String owner = owners.merge(
                        source.packageName(),
                        source.module(),
                        (a, b) -> a.equals(b) ? a : a + "," + b);
                assertThat(owner)
                        .as("the module of package %s", source.packageName())
                        .isEqualTo(source.module());
            }
        }
        List<String> wrong = new ArrayList<>();
        for (Source source : sources()) {
            for (String imported : source.imports()) {
                String owner =
                        owners.getOrDefault(imported.substring(0, imported.lastIndexOf('.')), "");
                if (!owner.isEmpty() && modules.indexOf(owner) > modules.indexOf(source.module())) {
                    wrong.add(source + " imports " + imported + " of " + owner);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void foreignFunctions_areUsedInSysFfmAlone() throws IOException {
        assertNone(source ->
                source.imports("java.lang.foreign") && !source.module().equals("libs/sys-ffm"));
    }

    @Test
    void teavm_isUsedInTheNativeModulesAlone() throws IOException {
        assertNone(source -> source.imports("org.teavm")
                && !List.of("libs/sys-native", "binary-build").contains(source.module()));
    }

    @Test
    void gson_isUsedInJsonAloneAndOnlyItsStreams() throws IOException {
        assertNone(source -> source.imports().stream()
                .anyMatch(name -> name.startsWith("com.google.gson")
                        && !(source.module().equals("libs/json")
                                && (name.startsWith("com.google.gson.stream.")
                                        || name.equals("com.google.gson.Strictness")))));
    }

    @Test
    void systemCalls_areMadeInHostAndBelowAndWhereTheDocumentSays() throws IOException {
        List<String> makers = List.of(
                "libs/sys",
                "libs/sys-ffm",
                "libs/sys-native",
                "testkit",
                "libs/os",
                "libs/netlink",
                "libs/host",
                "sdk/cni-plugin",
                "binary",
                "lab",
                "it");

        assertNone(source -> source.isMain()
                && source.imports("dev.culvert.sys.Libc")
                && !makers.contains(source.module())
                && !source.packageName().equals("dev.culvert.plugins.hostlocal"));
        assertNone(source -> source.isMain()
                && source.imports("dev.culvert.sys")
                && List.of("libs/base", "libs/net", "libs/json", "libs/wire", "sdk/cni-spec")
                        .contains(source.module()));
    }

    @Test
    void rooms_doNotKnowWhatTheyMustNot() throws IOException {
        assertNone(source -> source.isMain()
                && List.of("libs/os", "libs/netlink", "libs/host").contains(source.module())
                && (source.imports("dev.culvert.json") || source.imports("dev.culvert.cni")));
        assertNone(source -> source.isMain()
                && source.module().equals("libs/os")
                && source.imports("dev.culvert.wire"));
        assertNone(source -> source.isMain()
                && source.module().startsWith("sdk/")
                && (source.imports("dev.culvert.host")
                        || source.imports("dev.culvert.netlink")
                        || source.imports("dev.culvert.wire")));
        assertNone(source -> source.isMain()
                && source.module().equals("sdk/cni-plugin")
                && source.imports("dev.culvert.plugins"));
        assertNone(source -> source.isMain()
                && source.module().equals("libs/wire")
                && (source.imports("dev.culvert.host")
                        || source.imports("java.io")
                        || source.imports("java.nio.file")));
    }

    /**
     * What the binary reaches and TeaVM's library lacks would show in the native build, minutes
     * later.
     */
    @Test
    void codeOfTheBinary_usesNoFilesThreadsOrReflection() throws IOException {
        List<String> reached = List.of(
                "libs/base",
                "libs/net",
                "libs/json",
                "libs/sys",
                "libs/wire",
                "libs/os",
                "libs/netlink",
                "libs/host",
                "sdk/cni-spec",
                "sdk/cni-plugin",
                "plugins");

        assertNone(source -> source.isMain()
                && reached.contains(source.module())
                && (source.imports("java.nio.file")
                        || source.imports("java.util.concurrent")
                        || source.imports("java.lang.reflect")
                        || source.imports("java.util.regex")
                        || source.imports("java.util.ServiceLoader")
                        || source.imports("java.util.HexFormat")
                        || source.imports("java.util.StringJoiner")
                        || source.imports("java.security")
                        || source.text().contains("String.format(")
                        || source.text().contains("System.getenv(")
                        // A regular expression to TeaVM: 200 KB.
                        || source.text().contains(".split(")
                        // These unpack Unicode's tables: 500 KB and 7 ms of a call.
                        || source.text().contains(".strip()")
                        || source.text().contains("isBlank()")));
    }

    @Test
    void codecsAndPlugins_nameTheirSource() throws IOException {
        List<String> tagged = sources().stream()
                .filter(source -> source.path().endsWith("package-info.java")
                        && SOURCE_TAG.matcher(source.text()).find())
                .map(Source::packageName)
                .toList();

        assertNone(source -> source.isMain()
                && List.of("libs/wire", "plugins").contains(source.module())
                && !tagged.contains(source.packageName())
                && !SOURCE_TAG.matcher(source.text()).find());
    }

    @Test
    void everySourceFile_beginsWithItsLicence() throws IOException {
        Pattern spdx = Pattern.compile(
                "\\A(#!.*\n|<\\?xml.*\n)?(//|#|/\\*|<!--) ?SPDX-License-Identifier: Apache-2\\.0");

        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.matches(".*\\.(java|c|h|sh)|pom\\.xml|dev|run")) {
                assertThat(Files.readString(file))
                        .as("%s", ROOT.relativize(file))
                        .containsPattern(spdx);
            }
        }
    }

    /**
     * The repository speaks of the product alone: no path of the machine it was made on, no host it
     * was fetched from.
     */
    @Test
    void noFile_namesAMachineOrARegistry() throws IOException {
        Pattern named = Pattern.compile("/wor" + "k/|/tmp/w" + "t\\b|\\.libr"
                + "ary\\b|repo1?\\.mav" + "en\\.|reg" + "istry\\.[a-z]+"
                + "|proxy\\.gol" + "ang|deb\\.deb" + "ian");

        List<String> wrong = new ArrayList<>();
        for (Path file : files()) {
            Matcher matcher = named.matcher(Files.readString(file));
            if (matcher.find()) {
                wrong.add(ROOT.relativize(file) + ": " + matcher.group());
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Everything but what is built. */
    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !ROOT.relativize(file)
                            .toString()
                            .matches("(.*/)?(target|dist|\\.git|\\.idea)(/.*)?"))
                    .toList();
        }
    }
}
