// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Events as text for people, each at once. */
final class TextReport implements Consumer<Event> {
    private static final int CLAIM_WIDTH = 44;
    /** What an nft object is labelled with. */
    private static final Pattern COMMENT = Pattern.compile(" comment \"[^\"]*\";?");

    private final PrintStream out;
    private final Look look;
    private final Set<String> told = new HashSet<>();

    TextReport(PrintStream out, Look look) {
        this.out = out;
        this.look = look;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Section(String title) -> out.print("\n" + look.bold(title) + "\n\n");
            case Event.Note(String text) -> out.print("  " + text + "\n");
            case Event.Config(String file, String text) -> print(file, text);
            case Event.Called called -> print(called);
            case Event.Drawn(Topology topology) ->
                out.print(TopologyPicture.draw(topology, look.unicode()));
            case Event.Checked(String claim, boolean passed, String found) ->
                out.print(look.mark(passed) + " " + pad(claim, CLAIM_WIDTH) + "  " + found + "\n");
            case Event.Hints hints -> print(hints);
            case Event.Ended ended -> print(ended);
        }
        out.flush();
    }

    private void print(String file, String text) {
        out.print("  " + file + "\n");
        text.lines().forEach(line -> out.print("    " + look.dim(line) + "\n"));
    }

    private void print(Event.Called called) {
        out.print(look.mark(called.succeeded())
                + " "
                + pad(called.verb(), 5)
                + " "
                + pad(called.container(), 8)
                + pad(called.network(), 5)
                + pad(called.plugin(), 8)
                + time(called));
        if (!called.succeeded()) {
            out.print("\n       " + called.error().replace("\n", "\n       ") + "\n");
            return;
        }
        boolean add = called.verb().equals("ADD");
        out.print(add ? "   " + addresses(called) + "\n" : "\n");
        if (add) {
            print(called.log().plan());
        }
    }

    /**
     * Steps on the host that an earlier call had too ensure what attachments share; they are only
     * counted.
     */
    private void print(List<String> plan) {
        int repeated = 0;
        for (String step : plan) {
            String brief = COMMENT.matcher(step).replaceAll("");
            if (!told.add(brief) && !brief.startsWith("ip -n ")) {
                repeated++;
                continue;
            }
            printRepeated(repeated);
            repeated = 0;
            out.print("       " + look.dim(brief) + "\n");
        }
        printRepeated(repeated);
    }

    private void printRepeated(int count) {
        if (count > 0) {
            out.print("       "
                    + look.dim("(" + count + (count == 1 ? " step" : " steps") + " as above)")
                    + "\n");
        }
    }

    private static String addresses(Event.Called called) {
        return String.join(
                "  ",
                new CniAnswer(called.output())
                        .addresses().stream().map(Object::toString).toList());
    }

    /** The plugin's own time if it says one, which is without the making of the process. */
    private static String time(Event.Called called) {
        String process = leftPad(millis(called.processMicros()), 8);
        long own = called.log().micros();
        return own == 0 ? process : leftPad(millis(own), 8) + " (process " + process.strip() + ")";
    }

    private void print(Event.Hints hints) {
        out.print("\n" + look.bold("what to try next") + "\n\n");
        for (Event.Hint hint : hints.hints()) {
            out.print("  " + hint.command() + "\n" + "      " + look.dim(hint.purpose()) + "\n");
        }
    }

    private void print(Event.Ended ended) {
        out.print("\n" + look.mark(ended.passed()) + " "
                + look.bold(
                        ended.passed()
                                ? "all " + ended.checks() + " checks passed"
                                : ended.failed() + " of " + ended.checks() + " checks failed")
                + " in " + BigDecimal.valueOf(ended.millis() / 100, 1) + " s\n");
    }

    /** Microseconds as {@code 1.23 ms}. */
    static String millis(long micros) {
        return BigDecimal.valueOf(micros / 10, 2) + " ms";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String leftPad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
