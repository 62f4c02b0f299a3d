// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the chosen scenarios, inside the namespaces that {@link Isolation} made. */
final class Bench {
    private static final long IDLE_MILLIS = 5_000;
    private static final long QUICK_IDLE_MILLIS = 500;

    private final Options options;
    private final Progress progress;

    Bench(Options options, Progress progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Runs.
     *
     * @param peers ours first
     * @param work an empty folder, on tmpfs
     */
    Report run(List<Peer> peers, Path work) {
        Machine machine = Machine.current();
        List<Report.Section> sections = new ArrayList<>();
        try (Launcher launcher = Launcher.start(Compiler.launcher(work))) {
            Rig rig = new Rig(launcher, work, peers, options.rounds(), options.quick(), progress);
            for (Scenario scenario : chosen()) {
                progress.say(scenario.name() + ": " + scenario.title());
                if (!sections.isEmpty()) {
                    Idle.await(options.quick() ? QUICK_IDLE_MILLIS : IDLE_MILLIS);
                }
                long started = System.nanoTime();
                List<Row> rows = scenario.run(rig);
                sections.add(new Report.Section(
                        scenario.name(),
                        scenario.title(),
                        rows,
                        (System.nanoTime() - started) / 1e9));
            }
        }
        return new Report(
                machine,
                peers.stream().map(Bench::column).toList(),
                reference(peers),
                options.rounds(),
                options.quick(),
                List.copyOf(sections));
    }

    private List<Scenario> chosen() {
        List<Scenario> chosen = Scenarios.all(options.quick()).stream()
                .filter(s -> options.selects(s.name()))
                .toList();
        if (chosen.isEmpty()) {
            throw new UsageException("--only " + String.join(", ", options.only())
                    + ": no such scenario; see --list");
        }
        return chosen;
    }

    private static String reference(List<Peer> peers) {
        List<String> others =
                peers.stream().filter(peer -> !peer.isOurs()).map(Peer::name).toList();
        return others.contains(Peer.REFERENCE)
                ? Peer.REFERENCE
                : others.stream().findFirst().orElse("");
    }

    /** Plugins that are run by hand, without CNI_COMMAND, say what they are. */
    private static Report.Column column(Peer peer) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(peer.plugin("bridge").toString()).redirectErrorStream(true);
            builder.environment().clear();
            Process process = builder.start();
            process.getOutputStream().close();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            String about = String.join("; ", text.strip().lines().limit(2).toList());
            return new Report.Column(peer, about.isEmpty() ? "says nothing about itself" : about);
        } catch (IOException e) {
            return new Report.Column(peer, "no bridge plugin");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}
