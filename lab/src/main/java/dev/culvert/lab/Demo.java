// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The command behind {@code ./dev demo}: checks what it needs and starts {@link Inside} in
 * namespaces of its own. {@link Options#USAGE} says how to call it.
 *
 * <p>Nothing of the machine is changed, whatever ends the demo: every object that it makes is in a
 * network or a mount namespace that no other process holds, and its processes end with the first
 * one of their process namespace.
 */
public final class Demo {
    static final int CANNOT_RUN = 2;

    private Demo() {}

    /**
     * Runs the demo and ends the process: 0 if every check passed, 1 if one did not, 2 if it could
     * not be run.
     *
     * @param args the options
     */
    public static void main(String[] args) {
        int status;
        try {
            status = run(List.of(args));
        } catch (CannotRunException e) {
            System.err.println("demo: " + e.getMessage());
            status = CANNOT_RUN;
        }
        System.exit(status);
    }

    private static int run(List<String> words) {
        Options options = Options.parse(words);
        if (options.help()) {
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            out.print(Options.USAGE);
            return 0;
        }
        Needs.check(options);
        return Isolation.enter(Look.detect(System.getenv()), words);
    }
}
