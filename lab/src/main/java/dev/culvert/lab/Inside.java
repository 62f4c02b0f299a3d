// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import dev.culvert.sys.ffm.FfmLibc;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** The demo inside its namespaces; {@link Isolation} starts it. */
final class Inside {
    private static final int ORPHANED = 3;

    private Inside() {}

    /** The arguments are the machine's network namespace, the look, and the options. */
    public static void main(String[] args) {
        List<String> words = List.of(args);
        if (words.size() < 2 || words.getFirst().equals(Isolation.netns())) {
            System.err.println("demo: this part runs in namespaces of its own only; start"
                    + " dev.culvert.lab.Demo");
            System.exit(Demo.CANNOT_RUN);
        }
        watchParent();
        int status;
        try {
            Options options = Options.parse(words.subList(2, words.size()));
            status = run(options, words.getFirst(), Look.parse(words.get(1))) ? 0 : 1;
        } catch (CannotRunException e) {
            System.err.println("demo: " + e.getMessage());
            status = Demo.CANNOT_RUN;
        }
        System.exit(status);
    }

    private static boolean run(Options options, String machineNetns, Look look) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Consumer<Event> listener = options.json() ? event -> {} : new TextReport(out, look);
        Report report = new Report(listener);
        try {
            new PrivateFolders(new FfmLibc()).cover();
            new Story(options, machineNetns, report).tell();
        } catch (IllegalStateException | UncheckedIOException e) {
            report.check("the demo goes on", false, e.getMessage());
            report.end();
        }
        if (options.json()) {
            out.println(JsonReport.of(report, options).pretty());
        }
        out.flush();
        return report.passed();
    }

    /**
     * Whoever started us holds the other end of standard input, and the kernel closes it whatever
     * ends them.
     */
    private static void watchParent() {
        Thread.ofPlatform().daemon().name("parent").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever written.
                }
            } catch (IOException e) {
                // As good as its end.
            }
            Runtime.getRuntime().halt(ORPHANED);
        });
    }
}
