// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The command line.
 *
 * @param reference {@code auto}, {@code none} or a folder
 * @param only scenario names contain one of these; empty: all
 * @param runs rounds of each loop; empty: the mode's own number
 */
record Options(
        Path ours,
        List<Peer> peers,
        String reference,
        List<String> only,
        Optional<Integer> runs,
        boolean quick,
        boolean json,
        Optional<Path> save,
        boolean strict,
        boolean list,
        boolean help) {

    static final String USAGE = """
            usage: bench [options]

            Runs our plugins and the reference plugins in turn, each call as a process of its own, in network
            and mount namespaces of its own, and prints medians, 90th percentiles and ratios.

              --ours DIR          our plugins (dist/bin)
              --reference WHICH   auto: the reference plugins 1.10.0 where Go is installed, else Debian's;
                                  none; or a folder (auto)
              --peer NAME=DIR     a further set of plugins; may be repeated
              --quick             few runs and small sizes, under 90 seconds
              --runs N            rounds of each loop (50; 5 with --quick)
              --only PATTERN      only scenarios whose name contains PATTERN; may be repeated
              --list              print the names of the scenarios
              -o json|table       what is printed on stdout (table)
              --save FILE         also write the JSON to FILE
              --strict            exit status 1 when a target is missed
              --help              this text
            """;

    static Options parse(List<String> words) {
        Builder builder = new Builder();
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            builder.take(rest.remove(), rest);
        }
        return builder.build();
    }

    boolean selects(String scenario) {
        return only.isEmpty() || only.stream().anyMatch(scenario::contains);
    }

    int rounds() {
        return runs.orElse(quick ? 5 : 50);
    }

    /** The given peers' own folder for the reference, if the user named one. */
    boolean namesReference() {
        return peers.stream().anyMatch(peer -> peer.name().equals(Peer.REFERENCE));
    }

    private static final class Builder {
        private Path ours = Path.of("dist/bin");
        private final List<Peer> peers = new ArrayList<>();
        private String reference = "auto";
        private final List<String> only = new ArrayList<>();
        private Optional<Integer> runs = Optional.empty();
        private boolean quick;
        private boolean json;
        private Optional<Path> save = Optional.empty();
        private boolean strict;
        private boolean list;
        private boolean help;

        void take(String word, Deque<String> rest) {
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String name = equals < 0 ? word : word.substring(0, equals);
            if (equals >= 0) {
                rest.push(word.substring(equals + 1));
            }
            if (!takeSwitch(name)) {
                takeValue(name, rest);
            } else if (equals >= 0) {
                throw new UsageException(name + " takes no value");
            }
        }

        private boolean takeSwitch(String name) {
            switch (name) {
                case "--quick" -> quick = true;
                case "--strict" -> strict = true;
                case "--list" -> list = true;
                case "--help", "-h" -> help = true;
                default -> {
                    return false;
                }
            }
            return true;
        }

        private void takeValue(String name, Deque<String> rest) {
            switch (name) {
                case "--ours" -> ours = Path.of(value(name, rest));
                case "--peer" -> addPeer(Peer.parse(value(name, rest)));
                case "--reference" -> reference = value(name, rest);
                case "--only" -> only.add(value(name, rest));
                case "--runs" -> runs = Optional.of(count(name, value(name, rest)));
                case "--save" -> save = Optional.of(Path.of(value(name, rest)));
                case "-o", "--output" -> json = isJson(value(name, rest));
                default -> throw new UsageException(name + ": no such option; see --help");
            }
        }

        private void addPeer(Peer peer) {
            if (peers.stream().anyMatch(known -> known.name().equals(peer.name()))) {
                throw new UsageException(
                        "--peer " + peer + ": the name " + peer.name() + " is given twice");
            }
            peers.add(peer);
        }

        private static String value(String name, Deque<String> rest) {
            if (rest.isEmpty() || rest.peek().isEmpty()) {
                throw new UsageException(name + ": a value is missing");
            }
            return rest.remove();
        }

        private static int count(String name, String value) {
            int number;
            try {
                number = Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new UsageException(name + " " + value + ": want a number");
            }
            if (number < 1 || number > 10_000) {
                throw new UsageException(name + " " + value + ": want 1 to 10000");
            }
            return number;
        }

        private static boolean isJson(String value) {
            return switch (value) {
                case "json" -> true;
                case "table" -> false;
                default -> throw new UsageException("-o " + value + ": want json or table");
            };
        }

        Options build() {
            return new Options(
                    ours.toAbsolutePath().normalize(),
                    List.copyOf(peers),
                    reference,
                    List.copyOf(only),
                    runs,
                    quick,
                    json,
                    save.map(Path::toAbsolutePath),
                    strict,
                    list,
                    help);
        }
    }
}
