// SPDX-License-Identifier: Apache-2.0
package dev.culvert.testreport;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Sums and judges what the modules' test runs have written: {@code TestReport FILE}. A line of the
 * file is words with tabs between.
 *
 * <p>Ends with 1 if a test failed, none passed, or a run did not come to its end; with
 * {@code CI=true} also for a skip that nobody expects and for what is left on the machine, which
 * elsewhere may be somebody else's.
 */
public final class TestReport {
    /** The tests by what they need: nothing, a kernel, processes. */
    enum Ring {
        PURE,
        KERNEL,
        PROCESS
    }

    private static final int SLOWEST = 8;

    private record Skip(String module, String test, String reason) {}

    private record Timed(long millis, String name) {}

    private final Map<String, int[]> modules = new TreeMap<>();
    private final List<String> begun = new ArrayList<>();
    private final List<Skip> skips = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<Timed> classes = new ArrayList<>();
    private final Map<Ring, Long> rings = new EnumMap<>(Ring.class);

    private TestReport(List<String> lines) {
        for (String line : lines) {
            String[] words = line.split("\t", -1);
            switch (words[0]) {
                case "began" -> begun.add(words[1]);
                case "ended" -> end(words);
                case "skip" -> skips.add(new Skip(words[1], words[2], words[3]));
                case "left" -> left.add(words[1] + ": " + words[2]);
                case "class" -> time(Ring.valueOf(words[1]), Long.parseLong(words[2]), words[3]);
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private void end(String[] words) {
        begun.remove(words[1]);
        int[] counts = modules.computeIfAbsent(words[1], module -> new int[3]);
        for (int i = 0; i < counts.length; i++) {
            counts[i] += Integer.parseInt(words[2 + i]);
        }
    }

    private void time(Ring ring, long millis, String name) {
        rings.merge(ring, millis, Long::sum);
        classes.add(new Timed(millis, name));
    }

    /** One line more. */
    static void append(Path file, List<String> words) {
        List<String> clean =
                words.stream().map(word -> word.replaceAll("\\s+", " ")).toList();
        try {
            Files.write(
                    file,
                    List.of(String.join("\t", clean)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        boolean strict = "true".equals(System.getenv("CI"));
        boolean good = judge(lines, strict, ExpectedSkips::include, System.out);
        System.exit(good ? 0 : 1);
    }

    /** Prints the sum; answers whether all is well. */
    static boolean judge(
            List<String> lines, boolean strict, Predicate<String> expected, PrintStream out) {
        TestReport report = new TestReport(lines);
        report.print(out);
        List<String> wrong = report.faults();
        if (strict) {
            report.skips.stream()
                    .filter(skip -> !expected.test(skip.reason))
                    .forEach(skip -> wrong.add("nobody expects that it is skipped: " + skip.test));
            report.left.forEach(object -> wrong.add("left on this machine by " + object));
        }
        wrong.forEach(sentence -> out.println("wrong: " + sentence));
        int[] sum = report.sum();
        out.println(sum[0] + " passed, " + sum[1] + " failed, " + sum[2] + " skipped");
        return wrong.isEmpty() && sum[1] == 0;
    }

    private List<String> faults() {
        List<String> wrong = new ArrayList<>();
        begun.forEach(module -> wrong.add("the test run of " + module + " did not end"));
        if (sum()[0] == 0) {
            wrong.add("no test passed");
        }
        return wrong;
    }

    private int[] sum() {
        int[] sum = new int[3];
        for (int[] counts : modules.values()) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += counts[i];
            }
        }
        return sum;
    }

    private void print(PrintStream out) {
        modules.forEach((module, counts) -> out.println(module + ": " + counts[0] + " passed"
                + (counts[1] == 0 ? "" : ", " + counts[1] + " FAILED")
                + (counts[2] == 0 ? "" : ", " + counts[2] + " skipped")));
        skips.forEach(skip -> out.println("skipped: " + skip.test + ": " + skip.reason));
        left.forEach(object -> out.println("new on this machine: " + object));
        rings.forEach((ring, millis) ->
                out.println("ring " + (ring.ordinal() + 1) + " " + ring + ": " + seconds(millis)));
        classes.stream()
                .sorted(Comparator.comparingLong(Timed::millis).reversed())
                .limit(SLOWEST)
                .forEach(timed -> out.println("slow: " + timed.name + " " + seconds(timed.millis)));
    }

    private static String seconds(long millis) {
        return millis / 1000 + "." + millis % 1000 / 100 + " s";
    }
}
