// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The C program that starts plugins and reads the clock, as a process beside us. One command at a
 * time; {@code launch.c} describes them. Confined to one thread.
 *
 * <p>Calls throw {@link BrokenVariantException} when the program cannot be started; every method
 * throws {@link IllegalStateException} when the launcher cannot do its own part, such as making a
 * namespace.
 */
final class Launcher implements AutoCloseable {
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /** One call and the time until nothing that it left behind was running any more. */
    record Timed(Call call, long lateNanos, boolean isLeft) {}

    /**
     * Kilobytes (1,024 bytes) that the process had resident at most, and the call that showed it.
     */
    record Peak(long kilobytes, Call call) {}

    /**
     * Many calls at once: until the last was reaped, and until nothing of them was running any
     * more.
     */
    record Burst(long nanos, long lateNanos, boolean isLeft, List<Call> calls) {}

    /**
     * ADD and DEL in turn: how many pairs, and the time until nothing of them was running any more.
     */
    record Pairs(int count, long lateNanos, boolean isLeft) {}

    private Launcher(Process process) {
        this.process = process;
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static Launcher start(Path program) {
        try {
            return new Launcher(new ProcessBuilder(program.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Timed call(Job job) {
        Fields answer = ask("call", List.of(), job);
        return new Timed(callOf(answer.object("call")), number(answer, "lateNs"), isLeft(answer));
    }

    Peak peak(Job job) {
        Fields answer = ask("peak", List.of(), job);
        return new Peak(number(answer, "peakKilobytes"), callOf(answer.object("call")));
    }

    Burst many(Job job, int count, int width) {
        Fields answer = ask("many", List.of(Integer.toString(count), Integer.toString(width)), job);
        List<Call> calls = new ArrayList<>();
        for (Field call : answer.list("calls")) {
            calls.add(callOf(call.object()));
        }
        return new Burst(
                number(answer, "ns"), number(answer, "lateNs"), isLeft(answer), List.copyOf(calls));
    }

    /**
     * Runs ADD and DEL for at least the given time; the job has no CNI_COMMAND.
     *
     * @throws BrokenVariantException when one of them fails
     */
    Pairs pairs(Job job, int millis) {
        Fields answer = ask("pairs", List.of(Integer.toString(millis)), job);
        if (answer.has("failed")) {
            throw new BrokenVariantException(callOf(answer.object("failed")).problem());
        }
        return new Pairs((int) number(answer, "pairs"), number(answer, "lateNs"), isLeft(answer));
    }

    /** Makes {@code count} network namespaces; {@code {}} in the path is their number. */
    void makeNetns(int count, Path path) {
        ask("netns", List.of(Integer.toString(count), path.toString()));
    }

    /** Makes one network namespace with its loopback up, as a host has it. */
    void makeHost(Path path) {
        ask("host", List.of("1", path.toString()));
    }

    void dropNetns(int count, Path path) {
        ask("drop", List.of(Integer.toString(count), path.toString()));
    }

    /** Calls from now on run in this network namespace. */
    void enter(Path netns) {
        ask("enter", List.of(netns.toString()));
    }

    List<String> links(Path netns) {
        return ask("links", List.of(netns.toString())).strings("links");
    }

    /**
     * Sends echo requests from inside a namespace until one is answered.
     *
     * @return what was wrong if none was answered within {@code millis}
     */
    Optional<String> ping(Path netns, String address, int millis) {
        Fields answer =
                askAnything("ping", List.of(netns.toString(), address, Integer.toString(millis)));
        return answer.find("error").map(Field::string);
    }

    /**
     * Sends the first datagrams of that many new flows from inside a namespace to beyond the host
     * that was entered.
     *
     * @param link by which they leave the host
     * @param source the address that they have to have by then
     * @return the time that sending took
     * @throws BrokenVariantException unless the first leaves as it should
     */
    long flows(Path netns, String address, int count, String link, String source) {
        Fields answer = askAnything(
                "flows", List.of(netns.toString(), address, Integer.toString(count), link, source));
        answer.find("error").ifPresent(error -> {
            throw new BrokenVariantException(error.string());
        });
        return number(answer, "ns");
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** A program that cannot be started is the peer's fault, not ours. */
    private Fields ask(String command, List<String> words, Job job) {
        List<String> all = new ArrayList<>(words);
        all.addAll(job.words());
        Fields answer = askAnything(command, all);
        if (answer.has("error")) {
            throw new BrokenVariantException(answer.string("error", ""));
        }
        return answer;
    }

    private Fields ask(String command, List<String> words) {
        Fields answer = askAnything(command, words);
        if (answer.has("error")) {
            throw new IllegalStateException(answer.string("error", ""));
        }
        return answer;
    }

    private Fields askAnything(String command, List<String> words) {
        for (String word : words) {
            if (word.isEmpty() || word.indexOf('\t') >= 0 || word.indexOf('\n') >= 0) {
                throw new IllegalStateException(
                        "the launcher takes no such word: \"" + word + "\"");
            }
        }
        try {
            commands.write(command + "\t" + String.join("\t", words) + "\n");
            commands.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("the launcher ended during " + command);
            }
            return new Field("", Json.parse(line)).object();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Call callOf(Fields call) {
        return new Call(
                number(call, "ns"),
                (int) number(call, "status"),
                call.bool("timedOut", false),
                text(call, "out"),
                text(call, "err"));
    }

    private static boolean isLeft(Fields answer) {
        return number(answer, "left") != 0;
    }

    private static long number(Fields answer, String name) {
        return answer.find(name).orElseThrow().integer(-1, Long.MAX_VALUE);
    }

    /** The launcher passes bytes on one by one. */
    private static String text(Fields call, String name) {
        byte[] bytes = call.string(name, "").getBytes(StandardCharsets.ISO_8859_1);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
