// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts {@link Inside} in a network, mount and process namespace of its own (and a user namespace
 * without root).
 *
 * <p>There is nothing to clean up afterwards, so nothing can be missed: what is made inside ends
 * with the last process inside. That is certain in three ways: {@code unshare} is killed when we
 * end in good order or by a signal; its child, the first process of the namespace, is killed by the
 * kernel when {@code unshare} ends; and that child ends when its standard input does, which is a
 * pipe from here, should we be killed without a chance to do anything.
 */
final class Isolation {
    private Isolation() {}

    /**
     * Runs the demo inside, with our output streams.
     *
     * @return its exit status
     */
    static int enter(Look look, List<String> words) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command(look, words))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("PATH", Needs.path());
            Process process = builder.start();
            Thread hook = new Thread(() -> process.destroyForcibly().onExit().join());
            Runtime.getRuntime().addShutdownHook(hook);
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static List<String> command(Look look, List<String> words) {
        List<String> command = new ArrayList<>(Needs.unshare());
        // A JVM looks once whether there is an IPv6 address, and says no to IPv6 for ever if there
        // is none.
        command.addAll(List.of("sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Inside.class.getName(),
                netns(),
                look.word()));
        command.addAll(words);
        return command;
    }

    /** The network namespace of this process, as the kernel names it: {@code net:[4026531840]}. */
    static String netns() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
