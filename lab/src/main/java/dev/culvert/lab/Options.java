// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param bin the folder with the plugins, absolute
 * @param json one JSON object instead of text
 * @param shell a shell inside before anything is detached
 * @param help only the usage
 */
record Options(Path bin, boolean json, boolean shell, boolean help) {
    static final String USAGE = """
            usage: ./dev demo [options]

            Attaches three containers to two networks by the plugins, sends real packets,
            detaches them and proves that nothing is left. All of it happens in namespaces
            of its own; the machine is not changed.

              --bin DIR      the plugins (default: dist/bin)
              --shell        a shell inside, before anything is detached; leave it by exit
              -o json|text   a report for machines or for people (default: text)
              --help         this text

            Exit status: 0 if every check passed, 1 if one did not, 2 if it cannot be run here.
            Colours and lines need a terminal; NO_COLOR=1 switches colours off.
            """;

    /**
     * Reads the options.
     *
     * @throws CannotRunException naming the first word that is not understood
     */
    static Options parse(List<String> words) {
        Path bin = Path.of("dist", "bin");
        boolean json = false;
        boolean shell = false;
        boolean help = false;
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            switch (word) {
                case "--bin" -> bin = Path.of(value(word, rest));
                case "-o" -> json = format(value(word, rest));
                case "--shell" -> shell = true;
                case "--help", "-h" -> help = true;
                default ->
                    throw new CannotRunException("unknown option " + word + "; --help lists them");
            }
        }
        if (json && shell) {
            throw new CannotRunException(
                    "--shell needs a person, -o json a machine: give one of them");
        }
        return new Options(bin.toAbsolutePath().normalize(), json, shell, help);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new CannotRunException(option + " needs a value; --help explains it");
        }
        return rest.next();
    }

    private static boolean format(String name) {
        return switch (name) {
            case "json" -> true;
            case "text" -> false;
            default -> throw new CannotRunException("-o " + name + ": it is json or text");
        };
    }
}
