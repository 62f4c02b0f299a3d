// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command: measures our plugins against others. {@link Options#USAGE} says how to call it. */
public final class Main {
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final Progress progress = new Progress(System.err);

    private Main() {}

    /**
     * Runs the command and ends the process: 0, 1 when a target is missed and {@code --strict} was
     * given, 2 when it could not be done.
     *
     * @param args the options
     */
    public static void main(String[] args) {
        int status;
        try {
            status = new Main().run(List.of(args));
        } catch (UsageException e) {
            System.err.println("bench: " + e.getMessage());
            status = 2;
        }
        System.exit(status);
    }

    private int run(List<String> words) {
        Options options = Options.parse(words);
        if (options.help()) {
            out.print(Options.USAGE);
            out.flush();
            return 0;
        }
        if (options.list()) {
            Scenarios.all(options.quick())
                    .forEach(s -> out.printf("%-22s %s%n", s.name(), s.title()));
            out.flush();
            return 0;
        }
        Optional<Path> work = Isolation.inside();
        return work.isPresent() ? measure(options, work.get(), words) : enter(options, words);
    }

    /** What needs the network or the user's folders is done before: inside there is neither. */
    private int enter(Options options, List<String> words) {
        List<String> inner = new ArrayList<>(words);
        if (options.namesReference()) {
            inner.addAll(List.of("--reference", "none"));
        } else {
            Optional<Peer> reference = new Reference(progress).resolve(options.reference());
            inner.addAll(List.of(
                    "--reference", reference.map(p -> p.directory().toString()).orElse("none")));
        }
        demandPlugins(options);
        return Isolation.enter(inner);
    }

    private static void demandPlugins(Options options) {
        if (!Files.isDirectory(options.ours())) {
            throw new UsageException(
                    "no plugins in " + options.ours() + ": build them, or give --ours DIR");
        }
        for (Peer peer : options.peers()) {
            if (!Files.isDirectory(peer.directory())) {
                throw new UsageException("--peer " + peer + ": no such folder");
            }
        }
    }

    private int measure(Options options, Path work, List<String> words) {
        List<Peer> peers = new ArrayList<>(List.of(new Peer(Peer.OURS, options.ours())));
        new Reference(progress).resolve(options.reference()).ifPresent(peers::add);
        peers.addAll(options.peers());
        Report report = new Bench(options, progress).run(peers, work);
        String json = JsonReport.of(report, words);
        options.save().ifPresent(file -> save(file, json));
        out.print(options.json() ? json : Table.of(report));
        out.flush();
        return options.strict() && report.missed() > 0 ? 1 : 0;
    }

    private static void save(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
