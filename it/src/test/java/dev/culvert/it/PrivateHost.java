// SPDX-License-Identifier: Apache-2.0
package dev.culvert.it;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A machine made of namespaces: its own network, processes and mounts, with private and empty
 * {@code /etc/cni/net.d}, {@code /opt/cni/bin}, {@code /var/lib} and {@code /run}. Nothing that
 * happens on it reaches the machine below, and closing it, or the end of the JVM, ends every
 * process on it.
 *
 * <p>Plugins are at {@code /run/plugins/test}, {@code /run/plugins/debian} and, if they were built,
 * {@code /run/plugins/reference}.
 */
final class PrivateHost implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern LEASE = Pattern.compile("[0-9a-f]*[.:][0-9a-f.:]*");
    /** What only an attachment's rules and elements have, ours and the reference's. */
    private static final Pattern RULE_OF_ATTACHMENT =
            Pattern.compile("\\bveth|CNI-[0-9a-f]{24}|CNI-DN-|cni-br-iface-|elements = |\\bid: ");

    private final Process guard;
    private final long pid;
    private final String name;

    private PrivateHost(Process guard, long pid, String name) {
        this.guard = guard;
        this.pid = pid;
        this.name = name;
    }

    /** A new one; needs root, or a user namespace for what such a namespace allows. */
    static PrivateHost open() {
        Needs.root();
        Needs.tools(
                "unshare (util-linux)", "nsenter (util-linux)", "ip (iproute2)", "nft (nftables)");
        String name =
                "culvert-it-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        List<String> plugins = new ArrayList<>();
        plugins.add("test=" + Plugins.underTest());
        plugins.add("debian=" + Plugins.debian());
        Plugins.findReference().ifPresent(folder -> plugins.add("reference=" + folder));
        try {
            return open(name, plugins);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PrivateHost open(String name, List<String> plugins) throws IOException {
        Path script = Files.createTempFile(name, ".sh");
        Files.writeString(script, resource("private-host.sh"));
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                resource("guard.sh"),
                "guard",
                script.toString(),
                name,
                Files.createTempDirectory(name).toString()));
        command.addAll(plugins);
        Process guard = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader said = guard.inputReader();
        String first = String.valueOf(said.readLine());
        if (!first.startsWith("ready ")) {
            guard.getOutputStream().close();
            throw new AssertionError("a private host did not start: " + first + "\n"
                    + String.join("\n", said.lines().toList()));
        }
        return new PrivateHost(guard, Long.parseLong(first.substring("ready ".length())), name);
    }

    static String resource(String file) throws IOException {
        try (InputStream in = PrivateHost.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A name that no other private host has, for control groups. */
    String name() {
        return name;
    }

    /** A file of this host, as the test can open it. */
    Path path(String inside) {
        return Path.of("/proc/" + pid + "/root" + inside);
    }

    /** The network namespace of the host itself, or of a named one in its {@code /run/netns}. */
    String netnsOf(String netns) {
        return netns.isEmpty()
                ? "/proc/" + pid + "/ns/net"
                : path("/run/netns/" + netns).toString();
    }

    /** Writes a file on this host, with the folders above it. */
    void write(String inside, String text) {
        try {
            Files.createDirectories(path(inside).getParent());
            Files.writeString(path(inside), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a plugin into {@code /opt/cni/bin}, in place of the one that is there. */
    void install(String folder, String... plugins) {
        for (String plugin : plugins) {
            sh(
                            "touch /opt/cni/bin/$2; mount --bind /run/plugins/$1/$2 /opt/cni/bin/$2",
                            folder,
                            plugin)
                    .ok();
        }
    }

    /** A new named network namespace with lo up; its CNI_NETNS is {@code /run/netns/NAME}. */
    String addNetns(String netns) {
        sh("ip netns add $1 && ip -n $1 link set lo up", netns).ok();
        return "/run/netns/" + netns;
    }

    /** Runs a command on this host; 60 s at most. */
    Ran run(String... command) {
        return run(Map.of(), "", command);
    }

    /** Runs a shell script on this host, with arguments from {@code $1}. */
    Ran sh(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Runs a command on this host with an environment and a standard input; 60 s at most. */
    Ran run(Map<String, String> environment, String input, String... command) {
        // Files and no pipes: a command may end without reading, or leave somebody who still
        // writes.
        try (Streams streams = Streams.of(input)) {
            Process process = start(environment, streams, command);
            boolean ended = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            Ran ran = new Ran(
                    List.of(command),
                    ended ? process.exitValue() : -1,
                    text(streams.output),
                    text(streams.error));
            if (!ended) {
                throw new AssertionError("runs longer than " + LIMIT.toSeconds() + " s: " + ran);
            }
            return ran;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + List.of(command), e);
        }
    }

    /** The standard streams of a command as files. */
    private record Streams(Path input, Path output, Path error) implements AutoCloseable {
        static Streams of(String input) throws IOException {
            Streams streams = new Streams(
                    Files.createTempFile("it-in", ""),
                    Files.createTempFile("it-out", ""),
                    Files.createTempFile("it-err", ""));
            Files.writeString(streams.input, input);
            return streams;
        }

        @Override
        public void close() throws IOException {
            for (Path file : List.of(input, output, error)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /**
     * Starts a command on this host without standard streams; it ends with the host at the latest.
     */
    Process start(String... command) {
        try {
            return builder(Map.of(), command)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(Map<String, String> environment, Streams streams, String... command)
            throws IOException {
        return builder(environment, command)
                .redirectInput(streams.input.toFile())
                .redirectOutput(streams.output.toFile())
                .redirectError(streams.error.toFile())
                .start();
    }

    private ProcessBuilder builder(Map<String, String> environment, String... command) {
        List<String> line = new ArrayList<>(List.of(
                "nsenter", "--target", Long.toString(pid), "--mount", "--net", "--pid", "--"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().putAll(environment);
        return builder;
    }

    /**
     * What attachments have left: host ends of veth pairs, leases, cached results, rules of
     * attachments, and rules that mention one of the addresses. Bridges, tables and chains that
     * attachments share may stay.
     */
    List<String> leftovers(String... addresses) {
        List<String> left = new ArrayList<>();
        vethLinks().forEach(link -> left.add("link " + link));
        leases().forEach(lease -> left.add("lease " + lease));
        files("/var/lib/cni/results").forEach(file -> left.add("cached result " + file));
        run("nft", "list", "ruleset").ok().lines().stream()
                .filter(line -> RULE_OF_ATTACHMENT.matcher(line).find()
                        || Stream.of(addresses).anyMatch(address -> mentions(line, address)))
                .forEach(line -> left.add("rule " + line.strip()));
        return left;
    }

    /** The host ends of veth pairs with the prefix that the reference uses too. */
    List<String> vethLinks() {
        return Inside.links(netnsOf("")).stream()
                .filter(link -> link.startsWith("veth"))
                .toList();
    }

    private static boolean mentions(String line, String address) {
        return Pattern.compile("(?<![0-9a-f:.])" + Pattern.quote(address) + "(?![0-9a-f:.])")
                .matcher(line)
                .find();
    }

    /** The reserved addresses, as NETWORK/ADDRESS, in the default folder. */
    List<String> leases() {
        return files("/var/lib/cni/networks").stream()
                .filter(file ->
                        LEASE.matcher(file.substring(file.indexOf('/') + 1)).matches())
                .toList();
    }

    private List<String> files(String folder) {
        if (!Files.exists(path(folder))) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(path(folder))) {
            return paths.filter(Files::isRegularFile)
                    .map(file -> path(folder).relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Links, addresses, rules and leases, for a failure's message. */
    String report() {
        return sh("ip addr; nft list ruleset 2>&1; find /var/lib/cni -type f; ps ax -o pid,args")
                .output();
    }

    @Override
    public void close() {
        try {
            guard.getOutputStream().close();
            String said = String.join("\n", guard.inputReader().lines().toList());
            if (!guard.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS) || guard.exitValue() != 0) {
                throw new AssertionError("a private host did not end as it should: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            guard.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
