// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.it.Plugins;
import dev.culvert.plugins.Catalogue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Keeps the documents true to the sources; {@link ExamplesTest} runs what they show. */
final class DocumentsTest {
    private static final Path ROOT = Plugins.checkout();
    private static final Pattern READ = Pattern.compile(
            "\\.(?:string|bool|integer|object|list|strings|has|find|path|require|findIpAddr)\\((?:[\\w.]+(?:\\(\\))?, )?\"(\\w+)\"");
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern COMMAND = Pattern.compile("\\./dev ([a-z]+)");
    private static final Pattern VARIABLE = Pattern.compile("\"(CULVERT_[A-Z]+)\"");
    /**
     * Members of {@code dns}, which pages name by that word; and the object that another plugin's
     * page is about.
     */
    private static final Set<String> ELSEWHERE =
            Set.of("nameservers", "domain", "search", "options", "ipam");

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !ROOT.relativize(file)
                            .toString()
                            .matches("(.*/)?(target|dist|\\.git)/.*"))
                    .toList();
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text).results().forEach(match -> names.add(match.group(1)));
        return names;
    }

    /** The last parts of the keys in the first column of the page's tables of keys. */
    private static Set<String> documentedKeys(String page) {
        Set<String> keys = new TreeSet<>();
        boolean inTable = false;
        for (String line : page.lines().toList()) {
            inTable = line.startsWith("| key |") || inTable && line.startsWith("|");
            if (inTable) {
                WORD.matcher(line.split("(?<!\\\\)\\|")[1])
                        .results()
                        .map(match -> match.group(1))
                        .filter(word -> !word.matches("[A-Z_]+"))
                        .forEach(word -> keys.add(word.substring(word.lastIndexOf('.') + 1)));
            }
        }
        keys.removeAll(ELSEWHERE);
        return keys;
    }

    private static Set<String> readKeys(List<String> sources) throws IOException {
        Set<String> keys = new TreeSet<>();
        for (String source : sources) {
            Path file = ROOT.resolve("plugins/src/main/java/dev/culvert/plugins")
                    .resolve(source + ".java");
            keys.addAll(found(READ, Files.readString(file)));
        }
        keys.removeAll(ELSEWHERE);
        keys.removeIf(key -> key.matches("[A-Z_]+"));
        return keys;
    }

    @ParameterizedTest
    @MethodSource("dev.culvert.it.scenario.Stage#everyPlugin")
    void pageOfAPlugin_hasTheKeysThatItsSourceReads(String plugin) throws IOException {
        Set<String> documented =
                documentedKeys(Files.readString(ROOT.resolve("docs/plugins/" + plugin + ".md")));
        Set<String> tested = new TreeSet<>();
        Keys.of(plugin)
                .forEach(key ->
                        tested.add(key.path().replaceAll("\\[\\d]", "").replaceAll(".*\\.", "")));
        Set<String> read = readKeys(PluginUnderTest.of(plugin).sources());

        assertThat(documented).as("docs/plugins/%s.md", plugin).isEqualTo(read);
        assertThat(tested).as("keys that are tested with values of other types").containsAll(read);
    }

    @Test
    void everyPlugin_hasAPageAndALineInTheReadme() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        for (String plugin : Catalogue.all().keySet()) {
            String page = Files.readString(ROOT.resolve("docs/plugins/" + plugin + ".md"));

            assertThat(page)
                    .startsWith("# " + plugin + "\n")
                    .contains(
                            "\n## Configuration\n",
                            "\n## Errors\n",
                            "\n## Example\n",
                            "never touches");
            assertThat(readme).contains("| [" + plugin + "](docs/plugins/" + plugin + ".md) |");
        }
    }

    @Test
    void commandsOfTheDocuments_areCommandsOfDev() throws IOException {
        String dev = Files.readString(ROOT.resolve("dev"));
        String help = dev.substring(dev.indexOf("usage: ./dev"), dev.indexOf("\nTEXT\n"));
        for (Path document : documents()) {
            for (String command : found(COMMAND, Files.readString(document))) {
                assertThat(command.equals("help") || help.contains("\n  " + command + " "))
                        .as("./dev %s in %s", command, ROOT.relativize(document))
                        .isTrue();
            }
        }
    }

    @Test
    void linksOfTheDocuments_leadSomewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path document : documents()) {
            for (String target : found(LINK, Files.readString(document))) {
                if (!target.matches("[a-z]+:.*")
                        && !Files.exists(document.getParent().resolve(target))) {
                    wrong.add(ROOT.relativize(document) + " -> " + target);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void variablesOfOurOwn_areInExtensions() throws IOException {
        String extensions = Files.readString(ROOT.resolve("docs/extensions.md"));
        for (String module : List.of("sdk", "plugins", "libs", "binary")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                for (Path file : files.filter(
                                path -> path.toString().matches(".*/src/main/.*\\.java"))
                        .toList()) {
                    found(VARIABLE, Files.readString(file))
                            .forEach(variable -> assertThat(extensions)
                                    .as("%s in %s", variable, file)
                                    .contains("`" + variable + "`"));
                }
            }
        }
    }
}
