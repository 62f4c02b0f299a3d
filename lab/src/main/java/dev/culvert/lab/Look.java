// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * How text is dressed.
 *
 * @param colour with colours
 * @param unicode with box-drawing lines and marks instead of ASCII
 */
record Look(boolean colour, boolean unicode) {
    static final Look PLAIN = new Look(false, false);

    private static final String RESET = "\u001b[0m";

    /** What standard output can show; without a terminal {@link #PLAIN}. */
    static Look detect(Map<String, String> environment) {
        return isTerminal() ? of(environment) : PLAIN;
    }

    /** What a terminal shows, going by its environment. */
    static Look of(Map<String, String> environment) {
        // no-color.org: set and not empty.
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        String locale =
                firstSet(environment, "LC_ALL", "LC_CTYPE", "LANG").toUpperCase(Locale.ROOT);
        return new Look(colour, locale.contains("UTF-8") || locale.contains("UTF8"));
    }

    private static String firstSet(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** Asked of the kernel, since the JVM's console also wants standard input to be a terminal. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads {@link #word}. */
    static Look parse(String word) {
        return new Look(word.contains("colour"), word.contains("unicode"));
    }

    /** One word for a command line. */
    String word() {
        return "plain" + (colour ? "+colour" : "") + (unicode ? "+unicode" : "");
    }

    String bold(String text) {
        return paint("\u001b[1m", text);
    }

    String dim(String text) {
        return paint("\u001b[2m", text);
    }

    /** The mark of a check. */
    String mark(boolean passed) {
        if (passed) {
            return paint("\u001b[32m", unicode ? "\u2713   " : "ok  ");
        }
        return paint("\u001b[31m", unicode ? "\u2717   " : "FAIL");
    }

    private String paint(String colourCode, String text) {
        return colour ? colourCode + text + RESET : text;
    }
}
